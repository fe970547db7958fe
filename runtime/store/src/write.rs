//! The way in: one writer commits in batches and acknowledges after the commit.

use crate::{StoreError, TransformRun};
use model::{Device, Event, Polled};

/// Writes to the store. Each call returns after its data were committed; calls of many tasks share commits.
#[derive(Clone)]
pub struct Writer {
    // the channel to the writer's thread
}

impl Writer {
    /// Keeps the samples, attributes, state names and events of a poll. An attribute whose value changed makes an event.
    pub async fn polled(&self, polled: Polled) -> Result<(), StoreError> {
        todo!()
    }

    /// Sets the devices and their states; devices that are not listed are no longer shown (their history stays).
    pub async fn devices(&self, devices: Vec<Device>) -> Result<(), StoreError> {
        todo!()
    }

    /// Keeps an event.
    pub async fn event(&self, event: Event) -> Result<(), StoreError> {
        todo!()
    }

    /// Keeps how a run of a transform ended. After a failed run (`error`) the outputs and `ok_at` that stand are kept, whatever `run` says.
    pub async fn ran(&self, run: TransformRun) -> Result<(), StoreError> {
        todo!()
    }

    /// Forgets the runs and outputs of all transforms but these.
    pub async fn keep_transforms(&self, names: Vec<String>) -> Result<(), StoreError> {
        todo!()
    }
}

//! The way in: one writer commits in batches and acknowledges after the commit.

use crate::commit::{Command, Mail, Message};
use crate::{StoreError, TransformRun};
use model::{Device, Event, Polled};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use tokio::sync::{Semaphore, oneshot};

/// So many samples and attributes may wait to be written, some ten megabytes; then the callers wait.
pub(crate) const ROOM: usize = 100_000;

/// Writes to the store. Each call returns after its data were committed; calls of many tasks share commits.
///
/// A call that is dropped while it waits may or may not have been carried out.
#[derive(Clone)]
pub struct Writer {
    mail: Sender<Mail>,
    /// The channel has no bound of its own, so that closing never waits; this bounds it, by what the messages hold.
    room: Arc<Semaphore>,
}

impl Writer {
    pub(crate) fn new(mail: Sender<Mail>) -> Writer {
        Writer { mail, room: Arc::new(Semaphore::new(ROOM)) }
    }

    /// Keeps the samples, attributes, state names and events of a poll. An attribute whose value changed makes an event. Of two samples of one
    /// series and time the first stands.
    pub async fn polled(&self, polled: Polled) -> Result<(), StoreError> {
        let size = polled.samples.len() + polled.attributes.len() + polled.events.len();
        self.send(size, Command::Polled(polled)).await
    }

    /// Sets the devices and their states; devices that are not listed are no longer shown (their history stays).
    pub async fn devices(&self, devices: Vec<Device>) -> Result<(), StoreError> {
        self.send(devices.len(), Command::Devices(devices)).await
    }

    /// Keeps an event.
    pub async fn event(&self, event: Event) -> Result<(), StoreError> {
        self.send(1, Command::Event(event)).await
    }

    /// Keeps how a run of a transform ended. After a failed run (`error`) the outputs and `ok_at` that stand are kept, whatever `run` says.
    pub async fn ran(&self, run: TransformRun) -> Result<(), StoreError> {
        self.send(run.outputs.len(), Command::Ran(run)).await
    }

    /// Forgets the runs and outputs of all transforms but these.
    pub async fn keep_transforms(&self, names: Vec<String>) -> Result<(), StoreError> {
        self.send(names.len(), Command::KeepTransforms(names)).await
    }

    async fn send(&self, size: usize, command: Command) -> Result<(), StoreError> {
        let size = size.clamp(1, ROOM) as u32;
        let room = self.room.clone().acquire_many_owned(size).await.map_err(|_| StoreError::Closed)?;
        let (done, answer) = oneshot::channel();
        let message = Box::new(Message { command, done, room });
        self.mail.send(Mail::Message(message)).map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Tells the writer to commit what is queued and to end; later calls, and those that wait for room, get [`StoreError::Closed`].
    pub(crate) fn close(&self) {
        self.room.close();
        // A writer that has ended already needs no telling.
        let _ = self.mail.send(Mail::Close);
    }
}

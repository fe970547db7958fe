//! A transport that breaks at a chosen operation, and stays broken.

use crate::PublishError;
use crate::remote::{Entry, Remote, Staged};
use async_trait::async_trait;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How much of the operation at the cut still happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Nothing.
    Before,
    /// Half of a file's content; nothing of any other operation.
    Half,
    /// All of it, but the answer is lost.
    After,
}

/// Counts operations, and breaks after so many.
pub(super) struct Faulty {
    inner: Arc<dyn Remote>,
    good: usize,
    cut: Cut,
    count: AtomicUsize,
}

enum Turn {
    Good,
    Cut,
    Broken,
}

impl Faulty {
    /// Breaks at the operation after `good` ones.
    pub(super) fn new(inner: Arc<dyn Remote>, good: usize, cut: Cut) -> Faulty {
        Faulty { inner, good, cut, count: AtomicUsize::new(0) }
    }

    /// How many operations were asked for.
    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    fn turn(&self) -> Turn {
        match self.count.fetch_add(1, Ordering::SeqCst) {
            number if number < self.good => Turn::Good,
            number if number == self.good => Turn::Cut,
            _ => Turn::Broken,
        }
    }

    async fn pass<T>(&self, work: impl Future<Output = Result<T, PublishError>>) -> Result<T, PublishError> {
        match self.turn() {
            Turn::Good => return work.await,
            Turn::Cut if self.cut == Cut::After => drop(work.await?),
            Turn::Cut | Turn::Broken => {}
        }
        Err(lost())
    }
}

fn lost() -> PublishError {
    PublishError::Lost { host: "test".to_owned(), why: "cut".to_owned() }
}

#[async_trait]
impl Remote for Faulty {
    fn place(&self, path: &str) -> String {
        self.inner.place(path)
    }

    async fn list(&self, folder: &str) -> Result<Vec<Entry>, PublishError> {
        self.pass(self.inner.list(folder)).await
    }

    async fn read(&self, path: &str, size: usize) -> Result<Vec<u8>, PublishError> {
        self.pass(self.inner.read(path, size)).await
    }

    async fn make_folder(&self, folder: &str) -> Result<(), PublishError> {
        self.pass(self.inner.make_folder(folder)).await
    }

    async fn open_folder(&self, folder: &str) -> Result<(), PublishError> {
        self.pass(self.inner.open_folder(folder)).await
    }

    async fn stage(&self, file: &Staged) -> Result<(), PublishError> {
        match self.turn() {
            Turn::Good => self.inner.stage(file).await,
            Turn::Cut if self.cut != Cut::Before => {
                let mut part = file.clone();
                if self.cut == Cut::Half {
                    part.content = file.content.iter().copied().take(file.content.len() / 2).collect();
                }
                self.inner.stage(&part).await?;
                Err(lost())
            }
            Turn::Cut | Turn::Broken => Err(lost()),
        }
    }

    async fn reveal(&self, file: &Staged) -> Result<(), PublishError> {
        self.pass(self.inner.reveal(file)).await
    }

    async fn remove(&self, path: &str) -> Result<(), PublishError> {
        self.pass(self.inner.remove(path)).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

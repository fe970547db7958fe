//! A transport becomes a publisher: one connection for many cycles, and a fresh one after a break.

use crate::deliver::{deliver, settle};
use crate::diff::{Diff, check};
use crate::remote::{Remote, Transport};
use crate::survey::Known;
use crate::{Plan, PublishError, Publisher, Report};
use async_trait::async_trait;
use model::{Bundle, Millis};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// A target over some transport.
pub(crate) struct Link<T> {
    transport: T,
    open: Option<Open>,
}

/// An open target and what is known of it.
struct Open {
    remote: Arc<dyn Remote>,
    known: Known,
}

impl<T: Transport> Link<T> {
    /// Inert: nothing is opened before the first call.
    pub(crate) fn new(transport: T) -> Link<T> {
        Link { transport, open: None }
    }

    async fn connect(&self, bundle: &Bundle) -> Result<Open, PublishError> {
        let remote = self.transport.connect().await?;
        let known = Known::survey(&*remote, bundle).await?;
        Ok(Open { remote, known })
    }
}

impl Open {
    async fn deliver(&mut self, bundle: &Bundle) -> Result<Report, PublishError> {
        if !self.known.is_fresh() {
            settle(&*self.remote, &mut self.known, now()).await?;
            self.known = Known::survey(&*self.remote, bundle).await?;
        }
        deliver(&*self.remote, &mut self.known, bundle, now()).await
    }
}

#[async_trait]
impl<T: Transport> Publisher for Link<T> {
    async fn publish(&mut self, bundle: &Bundle) -> Result<Report, PublishError> {
        check(bundle)?;
        // Taken out, so that a call that is cancelled half-way leaves nothing behind that claims to know the target.
        if let Some(mut open) = self.open.take() {
            match open.deliver(bundle).await {
                Ok(report) => {
                    self.open = Some(open);
                    return Ok(report);
                }
                // A connection that broke while nobody used it says nothing about the target.
                Err(error) if error.is_lost() => tracing::debug!(target: "publish", "{error}"),
                Err(error) => {
                    open.remote.close().await;
                    return Err(error);
                }
            }
        }
        let mut open = self.connect(bundle).await?;
        let report = open.deliver(bundle).await?;
        self.open = Some(open);
        Ok(report)
    }

    async fn plan(&mut self, bundle: &Bundle) -> Result<Plan, PublishError> {
        check(bundle)?;
        let open = self.connect(bundle).await?;
        let plan = Diff::of(&*open.remote, &open.known, bundle, now()).map(|diff| diff.plan());
        open.remote.close().await;
        plan
    }

    async fn close(&mut self) {
        let Some(mut open) = self.open.take() else { return };
        if let Err(error) = settle(&*open.remote, &mut open.known, now()).await {
            tracing::debug!(target: "publish", "{error}");
        }
        open.remote.close().await;
    }
}

/// The wall clock: files get the time at which they are published.
fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

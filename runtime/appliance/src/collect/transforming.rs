//! Transforms: each is a task with its own turn.

use super::clock::{now, ticks};
use crate::status::Board;
use model::Millis;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use transform::Transform;

/// Starts the transforms, each with its own turn. `first` gets a permit for each that had its first turn.
pub(crate) fn transforms(transforms: Vec<Transform>, board: &Board, first: &Arc<Semaphore>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for mut transform in transforms {
        let (board, first) = (board.clone(), first.clone());
        tasks.spawn(async move {
            let mut ticks = ticks(transform.every().0, Duration::ZERO);
            let mut waited = true;
            loop {
                ticks.tick().await;
                one(&mut transform, now(), &board).await;
                if std::mem::take(&mut waited) {
                    first.add_permits(1);
                }
            }
        });
    }
    tasks
}

/// Gives every transform one turn; how many failed.
pub(crate) async fn run_transforms(transforms: &mut [Transform], at: Millis, board: &Board) -> usize {
    let mut failed = 0;
    for transform in transforms {
        failed += usize::from(!one(transform, at, board).await);
    }
    failed
}

async fn one(transform: &mut Transform, at: Millis, board: &Board) -> bool {
    match transform.run(at).await {
        Ok(run) => {
            match (board.transformed(&run), &run.error) {
                (false, Some(error)) => tracing::error!(target: "transform", "{} failed: {error}", run.transform),
                (true, None) => tracing::info!(target: "transform", "{} is well again", run.transform),
                _ => {}
            }
            run.error.is_none()
        }
        Err(error) => {
            tracing::error!(target: "transform", transform = transform.name(), %error, "the outputs could not be kept");
            false
        }
    }
}

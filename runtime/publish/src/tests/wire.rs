//! A line to a server that breaks or falls silent after so many bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What happens after the last byte that passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Both sides are hung up on.
    Cut,
    /// Nothing passes any more.
    Silence,
}

/// A listening line; every connection passes `bytes` bytes towards the server.
pub(super) struct Wire {
    /// The port on 127.0.0.1.
    pub(super) port: u16,
    passed: Arc<AtomicU64>,
    hang_up: Arc<Notify>,
}

impl Wire {
    /// A line to a port of this machine.
    pub(super) async fn to(server: u16, bytes: u64, end: End) -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let passed = Arc::new(AtomicU64::new(0));
        let hang_up = Arc::new(Notify::new());
        let wire = Wire { port, passed: passed.clone(), hang_up: hang_up.clone() };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", server)).await.expect("the server");
                let (sum, hang_up) = (passed.clone(), hang_up.clone());
                tokio::spawn(async move {
                    tokio::select! {
                        () = hang_up.notified() => {}
                        () = carry(client, server, bytes, end, sum) => {}
                    }
                });
            }
        });
        wire
    }

    /// Hangs up on the connections of this moment.
    pub(super) fn hang_up(&self) {
        self.hang_up.notify_waiters();
    }

    /// How many bytes went towards the server, over all connections.
    pub(super) fn passed(&self) -> u64 {
        self.passed.load(Ordering::SeqCst)
    }
}

async fn carry(mut client: TcpStream, mut server: TcpStream, bytes: u64, end: End, sum: Arc<AtomicU64>) {
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let up = async {
        let mut left = bytes;
        let mut buffer = vec![0; 16 * 1024];
        while left > 0 {
            let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            let count = match from_client.read(&mut buffer[..most]).await {
                Ok(count) if count > 0 => count,
                _ => return,
            };
            left -= count as u64;
            sum.fetch_add(count as u64, Ordering::SeqCst);
            if to_server.write_all(&buffer[..count]).await.is_err() {
                return;
            }
        }
        if end == End::Silence {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = up => {}
        _ = tokio::io::copy(&mut from_server, &mut to_client) => {}
    }
}

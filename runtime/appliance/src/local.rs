//! A read-only web server for this machine alone: the demo's and the preview's. It serves a folder, checks the Host header against a list,
//! sends no CORS headers and follows no links.

use anyhow::{Context as _, Result};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HOST, HeaderMap, IF_NONE_MATCH, X_CONTENT_TYPE_OPTIONS};
use hyper::{Method, Request, Response, StatusCode, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use model::{Hash, is_slug};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// So many ports are tried from the wanted one on.
const PORTS_TRIED: u16 = 100;

/// So many connections are served at once.
const CONNECTIONS: usize = 64;

/// The kinds of files that a site has.
const TYPES: [(&str, &str); 8] = [
    ("html", "text/html; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("txt", "text/plain; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
];

/// Listens at the address, or at the next free port where that one is taken.
pub(crate) async fn listen(wanted: SocketAddr) -> Result<TcpListener> {
    let mut address = wanted;
    for _ in 0..PORTS_TRIED {
        match TcpListener::bind(address).await {
            Ok(listener) => return Ok(listener),
            Err(why) if why.kind() == std::io::ErrorKind::AddrInUse && address.port() < u16::MAX => {
                address.set_port(address.port() + 1);
            }
            Err(why) => {
                return Err(why).with_context(|| format!("cannot listen on {address}; choose another with --listen"));
            }
        }
    }
    anyhow::bail!("{wanted} and the {PORTS_TRIED} ports after it are taken; choose another with --listen")
}

/// Serves the folder until the task is dropped.
pub(crate) async fn serve(listener: TcpListener, folder: PathBuf) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let (folder, own) = (Arc::new(folder), listener.local_addr().ok());
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else { continue };
        let folder = folder.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, &folder, own));
            let mut connection = http1::Builder::new();
            connection.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(10));
            let _ = connection.serve_connection(TokioIo::new(stream), service).await;
            drop(place);
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    folder: &Path,
    own: Option<SocketAddr>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    if !host_allowed(request.headers(), own) {
        return Ok(plain(StatusCode::MISDIRECTED_REQUEST, "This server answers to its own address alone.\n"));
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(plain(StatusCode::METHOD_NOT_ALLOWED, "This server is read-only.\n"));
    }
    let Some((name, path)) = file(folder, request.uri().path()) else {
        return Ok(plain(StatusCode::NOT_FOUND, "Nothing is here.\n"));
    };
    let whole = tokio::fs::symlink_metadata(&path).await.is_ok_and(|entry| entry.is_file());
    let content = if whole { tokio::fs::read(&path).await.ok() } else { None };
    let Some(content) = content else { return Ok(plain(StatusCode::NOT_FOUND, "Nothing is here.\n")) };
    let tag = format!("\"{}\"", &Hash::of(&content).to_string()[..16]);
    let known = request.headers().get(IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let kind = name.rsplit_once('.').and_then(|(_, end)| TYPES.iter().find(|(known, _)| *known == end));
    let caching = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let response = Response::builder()
        .status(if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK })
        .header(CONTENT_TYPE, kind.map_or("application/octet-stream", |(_, kind)| kind))
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(CACHE_CONTROL, caching)
        .header(ETAG, tag)
        .body(Full::new(if known { Bytes::new() } else { content.into() }));
    Ok(response.unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR, "This went wrong.\n")))
}

/// A page of another site must not reach this server through a name that it made point here (DNS rebinding).
fn host_allowed(headers: &HeaderMap, own: Option<SocketAddr>) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.is_loopback() || own.is_some_and(|own| own.ip() == address))
}

/// The file that a request means: its name in the site and its path. Every part of the name must be a slug.
fn file(folder: &Path, path: &str) -> Option<(String, PathBuf)> {
    let mut name = path.strip_prefix('/')?.to_owned();
    if name.is_empty() || name.ends_with('/') {
        name.push_str("index.html");
    }
    let safe = name.split('/').all(is_slug);
    safe.then(|| (name.clone(), folder.join(name)))
}

fn plain(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_site_are_served() {
        let name = |path| file(Path::new("/site"), path).map(|(name, _)| name);
        assert_eq!(name("/").as_deref(), Some("index.html"));
        assert_eq!(name("/devices/r1.html").as_deref(), Some("devices/r1.html"));
        for path in ["/../secret", "/.lightship/manifest.json", "/a//b", "/%2e%2e/x", "x", "/devices/../index.html"] {
            assert_eq!(name(path), None, "{path}");
        }
    }

    #[test]
    fn only_the_own_address_is_answered_to() {
        let allowed = |host: &str| {
            let headers = HeaderMap::from_iter([(HOST, host.parse().expect("a header"))]);
            host_allowed(&headers, "192.0.2.7:80".parse().ok())
        };
        for host in ["localhost", "localhost:8420", "127.0.0.1:1", "[::1]:8420", "192.0.2.7"] {
            assert!(allowed(host), "{host}");
        }
        for host in ["evil.example.net", "192.0.2.8:80", "", "localhost.example.net:80"] {
            assert!(!allowed(host), "{host}");
        }
    }
}

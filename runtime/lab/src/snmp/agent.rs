//! A router's agent: answers GET, GETNEXT and GETBULK, refuses SET, and is silent to all else (RFC 3416 §4.2).

use super::ber::{SEQUENCE, put_head, put_oid};
use super::message::{Ask, Request, Status};
use super::view::{Entry, View};
use crate::traffic::Snapshot;

/// The exceptions in place of a value (RFC 3416 §3), as they are sent.
const NO_SUCH_OBJECT: &[u8] = &[0x80, 0];
const NO_SUCH_INSTANCE: &[u8] = &[0x81, 0];
const END_OF_MIB_VIEW: &[u8] = &[0x82, 0];

/// The agent of one router.
pub(crate) struct Agent {
    router: usize,
    community: String,
    view: View,
}

impl Agent {
    pub(crate) fn new(router: usize, community: &str) -> Agent {
        Agent { router, community: community.to_owned(), view: View::new(router) }
    }

    /// The answer to a datagram at this moment; none to garbage, to a wrong community, and while the router is off.
    pub(crate) fn answer(&self, now: &Snapshot, datagram: &[u8]) -> Option<Vec<u8>> {
        if !now.answers(self.router) {
            return None;
        }
        let request = Request::read(datagram).filter(|request| request.community == self.community.as_bytes())?;
        let mut bindings = Bindings { bytes: Vec::new(), room: request.room() };
        let whole = match request.ask {
            Ask::Set => return Some(request.response(Status::NoAccess, 1, request.bindings)),
            Ask::Get => request.names.iter().all(|name| self.get(&mut bindings, name, now)),
            Ask::Next => request.names.iter().all(|name| self.next(&mut bindings, name, now).is_some()),
            Ask::Bulk { once, repeat } => {
                self.bulk(&mut bindings, &request.names, once, repeat, now);
                true
            }
        };
        Some(match whole {
            true => request.response(Status::NoError, 0, &bindings.bytes),
            false => request.response(Status::TooBig, 0, &[]),
        })
    }

    /// Adds what stands under a name; false where there is no room for it.
    fn get(&self, bindings: &mut Bindings, name: &[u32], now: &Snapshot) -> bool {
        match self.view.get(name) {
            Some(entry) => self.add(bindings, entry, now),
            None if self.view.has_object(name) => bindings.add_exception(name, NO_SUCH_INSTANCE),
            None => bindings.add_exception(name, NO_SUCH_OBJECT),
        }
    }

    /// Adds what follows a name: `Some(None)` at the end of all names, `None` where there is no room for it.
    fn next(&self, bindings: &mut Bindings, name: &[u32], now: &Snapshot) -> Option<Option<&Entry>> {
        match self.view.next(name) {
            Some(entry) => self.add(bindings, entry, now).then_some(Some(entry)),
            None => bindings.add_exception(name, END_OF_MIB_VIEW).then_some(None),
        }
    }

    /// Adds as many as asked for and as fit.
    fn bulk(&self, bindings: &mut Bindings, names: &[Vec<u32>], once: usize, repeat: usize, now: &Snapshot) {
        let (once, again) = names.split_at(once.min(names.len()));
        if !once.iter().all(|name| self.next(bindings, name, now).is_some()) {
            return;
        }
        let mut heads: Vec<&[u32]> = again.iter().map(Vec::as_slice).collect();
        for _ in 0..repeat {
            let mut more = false;
            for head in &mut heads {
                match self.next(bindings, head, now) {
                    Some(Some(entry)) => {
                        *head = &entry.name;
                        more = true;
                    }
                    Some(None) => {}
                    None => return,
                }
            }
            // Repetitions in which nothing but the end stands may be left out.
            if !more {
                return;
            }
        }
    }

    fn add(&self, bindings: &mut Bindings, entry: &Entry, now: &Snapshot) -> bool {
        bindings.add(|out| {
            out.extend_from_slice(&entry.encoded);
            self.view.value(entry, now).put(out);
        })
    }
}

/// The bindings of a response, which must not grow beyond the room there is.
struct Bindings {
    bytes: Vec<u8>,
    room: usize,
}

impl Bindings {
    /// Adds a binding whole, or not at all.
    fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> bool {
        let mut binding = Vec::with_capacity(64);
        write(&mut binding);
        let before = self.bytes.len();
        put_head(&mut self.bytes, SEQUENCE, binding.len());
        self.bytes.extend_from_slice(&binding);
        let fits = self.bytes.len() <= self.room;
        if !fits {
            self.bytes.truncate(before);
        }
        fits
    }

    fn add_exception(&mut self, name: &[u32], exception: &[u8]) -> bool {
        self.add(|out| {
            put_oid(out, name);
            out.extend_from_slice(exception);
        })
    }
}

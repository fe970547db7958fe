//! Memory: a lab box has little of it.

/// Keeps glibc from holding a heap of its own for every thread. Rendering, guests and queries run on many threads in turn, and
/// each heap keeps what its largest task once needed: after ten minutes the demo took 112 MB with the usual 8 heaps a core, and
/// takes 56 MB with two in all. Other C libraries have no such heaps. It must be called before the first thread is started.
pub(crate) fn keep_small() {
    #[cfg(target_env = "gnu")]
    #[allow(unsafe_code)]
    // SAFETY: mallopt(3) takes two plain integers and sets a number of malloc's own; no other thread is there yet that could allocate meanwhile.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 2);
    }
}

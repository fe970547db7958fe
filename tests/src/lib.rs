//! The whole line against real parts; see `suite/`.

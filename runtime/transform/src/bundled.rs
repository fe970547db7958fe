//! The transforms that come with the program. `guest-sdk/build.sh --commit` makes these files from `guest-sdk/transforms`, and a test proves
//! that they are what those sources give.

/// The names of the bundled transforms.
pub const BUNDLED: [&str; 2] = ["devices", "traffic"];

/// The component of a bundled transform.
pub fn bundled(name: &str) -> Option<&'static [u8]> {
    match name {
        "devices" => Some(include_bytes!("../../../guest-sdk/transforms/bundled/devices.wasm")),
        "traffic" => Some(include_bytes!("../../../guest-sdk/transforms/bundled/traffic.wasm")),
        _ => None,
    }
}

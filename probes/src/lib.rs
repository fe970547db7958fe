//! PROBE: asks devices, yields samples and events

//! LAB: simulated devices for the demo, the tests and the benches; knows no stage

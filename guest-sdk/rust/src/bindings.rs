wit_bindgen::generate!({
    world: "transformer",
    path: "../wit",
    pub_export_macro: true,
    default_bindings_module: "lightship_guest::bindings",
});

//! PUBLISH: the only user of SSH; brings a bundle to a public host

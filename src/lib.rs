//! blipboard, a terminal workbench for image captioning.

pub mod domain;
pub mod store;

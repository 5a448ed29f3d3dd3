//! blipboard, a terminal workbench for image captioning.

pub mod config;
pub mod domain;
pub mod engine;
pub mod inference;
pub mod log;
pub mod media;
pub mod store;
pub mod ui;

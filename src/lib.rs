//! blipboard, a terminal workbench for image captioning.

pub mod config;
pub mod domain;
pub mod log;

//! The dashboard.

pub mod command;
pub mod effect;
pub mod jobs;
pub mod keymap;
pub mod layout;
pub mod list;
pub mod message;
pub mod overlay;
pub mod painter;
pub mod panes;
pub mod pen;
pub mod pictures;
pub mod say;
pub mod state;
mod status;
pub mod theme;
pub mod update;
pub mod view;
pub mod wrap;

//! Plain data that every room shares: no input or output, and no import of another room.

pub mod account;
pub mod address;
pub mod blind;
pub mod catalogue;
pub mod comparison;
pub mod endpoint;
pub mod fuzzy;
pub mod graphics;
pub mod handover;
pub mod image;
pub mod intake;
pub mod model;
pub mod preset;
pub mod problem;
pub mod record;
pub mod replace;
pub mod request;
pub mod review;
pub mod run;
pub mod sort;
pub mod spending;
pub mod standing;
pub mod terminal;
pub mod text;
pub mod token;
pub mod verdict;

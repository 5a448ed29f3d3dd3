//! A report as one object, with all that is known; what a terminal must not see is escaped in it.

use std::io;

use crate::domain::comparison::Comparison;
use crate::domain::record::{ComparisonRecord, harmless};

pub(super) fn text(comparison: &Comparison) -> io::Result<String> {
    let mut text = serde_json::to_string_pretty(&ComparisonRecord::of(comparison))?;
    text.push('\n');
    Ok(harmless(&text))
}

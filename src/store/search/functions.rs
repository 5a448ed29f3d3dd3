//! What SQLite has to ask us about a text.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};
use sha2::{Digest, Sha256};

use crate::domain::filter::Sought;
use crate::domain::text::Foreign;
use crate::domain::words::words;

/// Teaches a connection what [`super::compile`] and [`super::super::row::SELECT`] ask:
///
/// - `says(SOUGHT, STARS, TEXT)`: the words stand side by side in the text;
/// - `stands_in(SOUGHT, STARS, TEXT)`: the letters stand in the text;
/// - `letters(TEXT)`: how many characters there are;
/// - `meaning(TEXT)`: the same number for the same words, NULL where there are none;
/// - `looked_at(RUN)`: always true; [`count`] has it counted.
pub(in crate::store) fn register(connection: &Connection) -> Result<()> {
    let pure = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("says", 3, pure, |context| {
        Ok(sought(context)?.is_said_by(&text(context, 2)))
    })?;
    connection.create_scalar_function("stands_in", 3, pure, |context| {
        Ok(sought(context)?.is_in(&text(context, 2)))
    })?;
    connection.create_scalar_function("letters", 1, pure, |context| {
        Ok(i64::try_from(text(context, 0).chars().count()).unwrap_or(i64::MAX))
    })?;
    connection.create_scalar_function("meaning", 1, pure, |context| {
        Ok(meaning(&words(&text(context, 0))))
    })?;
    count(connection, Arc::default())
}

/// Has `looked_at` add to this from now on.
pub(in crate::store) fn count(connection: &Connection, looked: Arc<AtomicU64>) -> Result<()> {
    // It answers the same each time, but must be asked each time.
    let asked = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("looked_at", 1, asked, move |_| {
        looked.fetch_add(1, Ordering::Relaxed);
        Ok(true)
    })
}

/// The same number for the same words; `None` where there are none.
pub(in crate::store) fn meaning(words: &str) -> Option<i64> {
    if words.is_empty() {
        return None;
    }
    let hash: [u8; 32] = Sha256::digest(words).into();
    hash.first_chunk().copied().map(i64::from_le_bytes)
}

/// What the first two arguments look for, which are the same for all rows.
fn sought(context: &Context<'_>) -> Result<Arc<Sought>> {
    context.get_or_create_aux(0, |written| -> Result<Sought> {
        let has_stars = context.get(1)?;
        Ok(Sought::new(written.as_str()?, has_stars))
    })
}

/// A text as it came, or a name of bytes as it is read everywhere.
fn text(context: &Context<'_>, at: usize) -> String {
    match context.get_raw(at) {
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(name) => Foreign::from_os(OsStr::from_bytes(name)).raw().to_owned(),
        _ => String::new(),
    }
}

//! The schema, grown by steps that are only ever appended.

use rusqlite::{Connection, TransactionBehavior};

/// One text a version, the first leading from nothing to version 1. Files of every version are in
/// people's hands: a text that was released is never changed, a change is a new text.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
    include_str!("migrations/3.sql"),
    include_str!("migrations/4.sql"),
    include_str!("migrations/5.sql"),
    include_str!("migrations/6.sql"),
];

/// The version this program reads and writes, kept in the file as `user_version`.
pub(super) const LATEST: usize = MIGRATIONS.len();

/// Says in the header of the file whose it is: "blip" in ASCII.
pub(super) const APPLICATION_ID: i32 = 0x626c_6970;

/// The version of the file; 0 where it is empty.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<usize> {
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(version as usize)
}

/// Brings the file to [`LATEST`].
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    migrate_to(connection, LATEST)
}

fn migrate_to(connection: &mut Connection, target: usize) -> rusqlite::Result<()> {
    while version(connection)? < target {
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Asked again: another program may have taken this step while we waited for the lock.
        let reached = version(&step)?;
        if let Some(text) = MIGRATIONS.get(reached).filter(|_| reached < target) {
            step.execute_batch(&format!(
                "{text} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {};",
                reached + 1
            ))?;
        }
        step.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;

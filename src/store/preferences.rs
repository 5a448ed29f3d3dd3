//! What the program remembers of the person's choices.

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::{Store, StoreError};

impl Store {
    /// What was stored under `key`.
    ///
    /// # Errors
    /// Whatever keeps it from being read.
    pub fn preference(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.read(|connection| value(connection, key))
    }

    /// Stores `value` under `key`, in place of what was there.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    pub fn set_preference(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.write(|step, _| put(step, key, value))
    }

    /// Changes what is stored under `key`; whoever else changes it does so before or after that.
    ///
    /// # Errors
    /// Whatever keeps it from being read or written.
    pub fn change_preference(
        &self,
        key: &str,
        change: impl FnOnce(Option<String>) -> String,
    ) -> Result<(), StoreError> {
        self.write(|step, _| put(step, key, &change(value(step, key)?)))
    }
}

fn value(connection: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT value FROM preference WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()
}

fn put(step: &Transaction<'_>, key: &str, value: &str) -> rusqlite::Result<()> {
    step.prepare_cached("INSERT OR REPLACE INTO preference (key, value) VALUES (?1, ?2)")?
        .execute([key, value])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::store::tests::Folder;

    #[test]
    fn a_preference_is_the_last_one_that_was_set() {
        let folder = Folder::new();
        let store = folder.open();
        assert_eq!(store.preference("chosen").unwrap(), None);
        store.set_preference("chosen", "a/b").unwrap();
        store.set_preference("chosen", "c/d\0e").unwrap();
        assert_eq!(
            store.preference("chosen").unwrap().as_deref(),
            Some("c/d\0e")
        );
        drop(store);
        assert_eq!(
            folder.open().preference("chosen").unwrap().as_deref(),
            Some("c/d\0e")
        );
    }
}

//! Who may have pictures.

use std::collections::BTreeSet;

use super::{Store, StoreError};

impl Store {
    /// Hosts that may have pictures.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn hosts(&self) -> Result<BTreeSet<String>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT name FROM host")?
                .query_map([], |row| row.get(0))?
                .collect()
        })
    }

    /// These hosts may have pictures from now on, beside those that already may.
    ///
    /// # Errors
    /// Whatever keeps them from being written; all or none are.
    pub fn allow_hosts(&self, hosts: &BTreeSet<String>) -> Result<(), StoreError> {
        self.write(|step, _| {
            let mut insert = step.prepare_cached("INSERT OR IGNORE INTO host VALUES (?1)")?;
            for host in hosts {
                insert.execute([host])?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::Folder;

    #[test]
    fn a_host_that_was_allowed_once_stays_allowed() {
        let folder = Folder::new();
        let store = folder.open();
        let hosts = |names: &[&str]| -> BTreeSet<String> {
            names.iter().map(|&name| name.to_owned()).collect()
        };
        assert_eq!(store.hosts().unwrap(), hosts(&[]));
        store.allow_hosts(&hosts(&["b.example"])).unwrap();
        let again = hosts(&["a.example", "b.example"]);
        store.allow_hosts(&again).unwrap();
        drop(store);
        assert_eq!(folder.open().hosts().unwrap(), again);
    }
}

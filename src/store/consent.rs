//! Who may have pictures.

use std::collections::BTreeSet;

use super::{Store, StoreError};
use crate::domain::spending::Consent;

impl Store {
    /// Who may have pictures.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn consents(&self) -> Result<BTreeSet<Consent>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT receiver, original FROM consent")?
                .query_map([], |row| {
                    Ok(Consent {
                        receiver: row.get(0)?,
                        original: row.get(1)?,
                    })
                })?
                .collect()
        })
    }

    /// These hold from now on, beside those that were given before.
    ///
    /// # Errors
    /// Whatever keeps them from being written; all or none are.
    pub fn allow(&self, consents: &BTreeSet<Consent>) -> Result<(), StoreError> {
        self.write(|step, _| {
            let mut insert =
                step.prepare_cached("INSERT OR IGNORE INTO consent VALUES (?1, ?2)")?;
            for consent in consents {
                insert.execute((&consent.receiver, consent.original))?;
            }
            Ok(())
        })
    }

    /// Nobody may have pictures unasked from now on; tells who might.
    ///
    /// # Errors
    /// Whatever keeps them from being deleted; all or none are.
    pub fn disallow_all(&self) -> Result<BTreeSet<String>, StoreError> {
        self.write(|step, _| {
            step.prepare_cached("DELETE FROM consent RETURNING receiver")?
                .query_map([], |row| row.get(0))?
                .collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::Folder;

    #[test]
    fn a_consent_that_was_given_once_holds_until_it_is_withdrawn() {
        let folder = Folder::new();
        let store = folder.open();
        let consents = |given: &[(&str, bool)]| -> BTreeSet<Consent> {
            let consent = |&(receiver, original): &(&str, bool)| Consent {
                receiver: receiver.to_owned(),
                original,
            };
            given.iter().map(consent).collect()
        };
        assert_eq!(store.consents().unwrap(), consents(&[]));
        store.allow(&consents(&[("b.example", false)])).unwrap();
        let more = consents(&[("b.example", false), ("b.example", true)]);
        store.allow(&more).unwrap();
        let other = consents(&[("http://a.example", false)]);
        store.allow(&other).unwrap();
        drop(store);
        let all = more.union(&other).cloned().collect();
        let store = folder.open();
        assert_eq!(store.consents().unwrap(), all);
        let withdrawn = ["b.example", "http://a.example"].map(str::to_owned);
        assert_eq!(store.disallow_all().unwrap(), withdrawn.into());
        assert_eq!(store.disallow_all().unwrap(), [].into());
        assert_eq!(folder.open().consents().unwrap(), [].into());
    }
}

//! What the program remembers of the person's choices.

use super::{Store, StoreError};

#[expect(unused_variables, reason = "only the signatures stand yet")]
impl Store {
    /// What was stored under `key`.
    ///
    /// # Errors
    /// Whatever keeps it from being read.
    pub fn preference(&self, key: &str) -> Result<Option<String>, StoreError> {
        todo!()
    }
    /// Stores `value` under `key`, in place of what was there.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    pub fn set_preference(&self, key: &str, value: &str) -> Result<(), StoreError> {
        todo!()
    }
}

//! How our values are written into columns and read back.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::domain::image::ImageId;
use crate::domain::model::{ModelRef, ModelRefError};
use crate::domain::request::{Effort, RequestKey, UploadSpec};
use crate::domain::review::{Decision, Maker};
use crate::domain::run::Outcome;
use crate::domain::text::Foreign;

/// A count, which a database keeps in 63 bits; more than that becomes the largest it can keep.
pub(super) struct Count(pub u64);

/// A number of all 64 bits, of which only equality matters.
pub(super) struct Bits(pub u64);

/// A moment, to the microsecond.
pub(super) struct Moment(pub Timestamp);

/// A duration, to the microsecond.
pub(super) struct Span(pub Duration);

/// A file name or a path, byte by byte.
pub(super) struct Name<T>(pub T);

impl ToSql for Count {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(i64::try_from(self.0).unwrap_or(i64::MAX).into())
    }
}

impl FromSql for Count {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = value.as_i64()?;
        u64::try_from(number)
            .map(Self)
            .map_err(|_| FromSqlError::OutOfRange(number))
    }
}

impl ToSql for Bits {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.cast_signed().into())
    }
}

impl ToSql for Moment {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_microsecond().into())
    }
}

impl FromSql for Moment {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Timestamp::from_microsecond(value.as_i64()?)
            .map(Self)
            .map_err(FromSqlError::other)
    }
}

impl ToSql for Span {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(i64::try_from(self.0.as_micros()).unwrap_or(i64::MAX).into())
    }
}

impl FromSql for Span {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Count::column_result(value).map(|Count(micros)| Self(Duration::from_micros(micros)))
    }
}

impl ToSql for Name<&OsStr> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_bytes().into())
    }
}

impl FromSql for Name<OsString> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self(OsString::from_vec(value.as_blob()?.to_vec())))
    }
}

impl ToSql for Foreign {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.raw().into())
    }
}

impl FromSql for Foreign {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str().map(Self::new)
    }
}

impl ToSql for ImageId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_slice().into())
    }
}

impl FromSql for ImageId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 32]>::column_result(value).map(Self)
    }
}

impl ToSql for RequestKey {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_slice().into())
    }
}

impl FromSql for ModelRef {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let written = value.as_str()?;
        let address = |error| match written.split_once('?') {
            // Such an address was a model once.
            Some((address, _)) if error == ModelRefError::Secret => address.parse(),
            _ => Err(error),
        };
        let model = written.parse().or_else(address);
        model.map_err(FromSqlError::other)
    }
}

impl FromSql for UploadSpec {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::read(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl FromSql for Effort {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::from_word(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl FromSql for Outcome {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::from_word(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl FromSql for Decision {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::from_word(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl FromSql for Maker {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::from_word(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

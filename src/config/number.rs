//! Settings that are numbers, each within its bounds.

use std::str::FromStr;

use super::value::{Value, Written};
use crate::domain::spending::micro_usd;

/// A whole number from `LEAST` to `MOST`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole<const LEAST: u32, const MOST: u32>(u32);

/// How many requests may be in flight at once.
pub type Concurrency = Whole<1, 64>;

/// How many tokens an answer may have, thinking included.
pub type MaxTokens = Whole<1, 1_000_000>;

/// For how many seconds a server may send nothing before it is given up.
pub type Timeout = Whole<1, 3_600>;

/// What one picture may cost on the way to the terminal, in bytes.
pub type PictureBudget = Whole<10_000, 100_000_000>;
/// Most characters of a caption that is not too long.
pub type LengthLimit = Whole<1, 1_000_000>;

impl<const LEAST: u32, const MOST: u32> Whole<LEAST, MOST> {
    /// `None` where `number` is out of bounds.
    pub fn new(number: u32) -> Option<Self> {
        (LEAST..=MOST).contains(&number).then_some(Self(number))
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl<const LEAST: u32, const MOST: u32> Value for Whole<LEAST, MOST> {
    fn read(written: &Written<'_>) -> Result<Self, String> {
        written
            .integer()
            .and_then(|number| u32::try_from(number).ok())
            .and_then(Self::new)
            .ok_or_else(|| format!("write a whole number from {LEAST} to {MOST}"))
    }

    fn toml(&self) -> String {
        self.0.to_string()
    }
}

impl<const LEAST: u32, const MOST: u32> FromStr for Whole<LEAST, MOST> {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, Self::Err> {
        Self::read(&Written::Text(written))
    }
}

/// Eight: enough to hide the waiting, few enough for a free account.
impl Default for Concurrency {
    fn default() -> Self {
        Self(8)
    }
}

/// Enough for a model that thinks first and captions then.
impl Default for MaxTokens {
    fn default() -> Self {
        Self(1_024)
    }
}

/// Two minutes: a model that nobody asked lately may take that long to be loaded.
impl Default for Timeout {
    fn default() -> Self {
        Self(120)
    }
}

/// Any whole number: what a model makes of a seed is its own affair.
impl Value for i64 {
    fn read(written: &Written<'_>) -> Result<Self, String> {
        written
            .integer()
            .ok_or_else(|| "write a whole number".to_owned())
    }

    fn toml(&self) -> String {
        self.to_string()
    }
}

/// How freely words are chosen: 0, always the likeliest, to 2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Temperature(f64);

impl Temperature {
    /// `None` where `number` is out of bounds.
    pub fn new(number: f64) -> Option<Self> {
        (0.0..=2.0).contains(&number).then_some(Self(number))
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Value for Temperature {
    fn read(written: &Written<'_>) -> Result<Self, String> {
        written
            .decimal()
            .and_then(Self::new)
            .ok_or_else(|| "write a number from 0 to 2, such as 0.7".to_owned())
    }

    fn toml(&self) -> String {
        format!("{:?}", self.0)
    }
}

impl FromStr for Temperature {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, Self::Err> {
        Self::read(&Written::Text(written))
    }
}

/// What may be spent between one midnight and the next; nothing is paid where it is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyCap {
    /// In micro-dollars.
    pub micro_usd: u64,
}

impl Value for DailyCap {
    fn read(written: &Written<'_>) -> Result<Self, String> {
        written
            .decimal()
            .and_then(micro_usd)
            .map(|micro_usd| Self { micro_usd })
            .ok_or_else(|| "write an amount in US dollars, such as 2.00".to_owned())
    }

    fn toml(&self) -> String {
        let (dollars, rest) = (self.micro_usd / 1_000_000, self.micro_usd % 1_000_000);
        let digits = format!("{rest:06}");
        let cents = digits.trim_end_matches('0');
        format!("{dollars}.{cents:0<2}")
    }
}

//! Numbers between bounds: `40`, `>40`, `<=125`, `10..20`, `..0.01`.

/// From the least to the most, both of them included; the least is never above the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    least: u64,
    most: u64,
}

impl Bounds {
    /// The least, which is among them.
    pub fn least(self) -> u64 {
        self.least
    }

    /// The most, which is among them.
    pub fn most(self) -> u64 {
        self.most
    }

    /// True where `number` is among them.
    pub fn hold(self, number: u64) -> bool {
        (self.least..=self.most).contains(&number)
    }

    /// Reads what was written; `unit` reads a single number. `Err` says what is wrong.
    pub(super) fn read(
        written: &str,
        unit: impl Fn(&str) -> Option<u64>,
    ) -> Result<Self, &'static str> {
        const NO_NUMBER: &str = "is no number";
        const NOTHING: &str = "leaves no number";
        let one = |written: &str| unit(written).ok_or(NO_NUMBER);
        let comparison = |sign| written.strip_prefix(sign);
        let (least, most) = if let Some(number) = comparison(">=") {
            (one(number)?, u64::MAX)
        } else if let Some(number) = comparison("<=") {
            (0, one(number)?)
        } else if let Some(number) = comparison(">") {
            (one(number)?.checked_add(1).ok_or(NOTHING)?, u64::MAX)
        } else if let Some(number) = comparison("<") {
            (0, one(number)?.checked_sub(1).ok_or(NOTHING)?)
        } else if let Some((least, most)) = written.split_once("..") {
            match (least, most) {
                ("", "") => return Err(NO_NUMBER),
                ("", most) => (0, one(most)?),
                (least, "") => (one(least)?, u64::MAX),
                (least, most) => (one(least)?, one(most)?),
            }
        } else {
            let number = one(comparison("=").unwrap_or(written))?;
            (number, number)
        };
        if least > most {
            return Err(NOTHING);
        }
        Ok(Self { least, most })
    }

    /// As counts are written.
    pub(super) fn counted(self) -> String {
        self.written(|number| number.to_string())
    }

    /// Micro-dollars as dollars are written.
    pub(super) fn in_dollars(self) -> String {
        self.written(|micro| {
            let dollars = format!("{}.{:06}", micro / MILLION, micro % MILLION);
            let plain = dollars.trim_end_matches('0').trim_end_matches('.');
            plain.to_owned()
        })
    }

    fn written(self, unit: impl Fn(u64) -> String) -> String {
        match (self.least, self.most) {
            (least, most) if least == most => unit(least),
            (least, u64::MAX) => format!(">={}", unit(least)),
            (0, most) => format!("<={}", unit(most)),
            (least, most) => format!("{}..{}", unit(least), unit(most)),
        }
    }
}

const MILLION: u64 = 1_000_000;

/// A count: digits alone.
pub(super) fn count(written: &str) -> Option<u64> {
    let is_count = !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit());
    is_count.then(|| written.parse().ok())?
}

/// Dollars as micro-dollars: `0.01`, `$2`, `.5`, with six digits behind the point at most.
pub(super) fn dollars(written: &str) -> Option<u64> {
    let written = written.strip_prefix('$').unwrap_or(written);
    let (whole, part) = written.split_once('.').unwrap_or((written, "0"));
    if part.len() > 6 || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    let whole = if whole.is_empty() { 0 } else { count(whole)? };
    let part = if part.is_empty() {
        0
    } else {
        count(&format!("{part:0<6}"))?
    };
    whole.checked_mul(MILLION)?.checked_add(part)
}

//! Money and who gets pictures, as far as the screen knows.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::effect::Effect;
use crate::domain::model::{ModelCard, ModelRef};
use crate::domain::request::CaptionRequest;
use crate::domain::spending::{Consent, Money, Quote};

/// Money is read at most once in this time, however many jobs end in it.
const PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// What is known of money and of consents.
#[derive(Debug, Default)]
pub struct Spending {
    money: Option<Money>,
    /// True where `money` may be out of date.
    stale: bool,
    /// True while it is being read.
    reading: bool,
    /// When it was read last, and which day that was.
    read: Option<(Timestamp, Date)>,
    consents: BTreeSet<Consent>,
    knows_consents: bool,
}

impl Spending {
    /// What was spent today and the cap; `None` while nobody told.
    pub fn money(&self) -> Option<Money> {
        self.money
    }

    /// Something may have been spent, here or by another program.
    pub fn spoil(&mut self) {
        self.stale = true;
    }

    /// Asks for what was spent, where that may have changed; a new day begins with nothing.
    pub fn tick(&mut self, now: Timestamp, zone: &TimeZone) -> Option<Effect> {
        let today = now.to_zoned(zone.clone()).date();
        let is_due = match self.read {
            None => true,
            Some((_, day)) if day != today => true,
            Some((then, _)) => self.stale && now.duration_since(then) >= PAUSE,
        };
        if !is_due || self.reading {
            return None;
        }
        self.stale = false;
        self.reading = true;
        self.read = Some((now, today));
        Some(Effect::Money)
    }

    /// True while [`Spending::tick`] is going to ask.
    pub fn is_moving(&self) -> bool {
        self.stale && !self.reading
    }

    /// Takes in what was spent; nothing where it could not be read.
    pub fn absorb(&mut self, money: Option<Money>) {
        self.reading = false;
        self.money = money.or(self.money);
    }

    /// Takes in who may have pictures.
    pub fn absorb_consents(&mut self, consents: BTreeSet<Consent>) {
        self.consents.extend(consents);
        self.knows_consents = true;
    }

    /// The person says who may have pictures.
    pub fn allow(&mut self, consents: BTreeSet<Consent>) {
        self.consents.extend(consents);
    }

    /// False while history has not told who had pictures: till then everybody is new.
    pub fn knows_consents(&self) -> bool {
        self.knows_consents
    }

    /// What it takes to send `requests`; `Err` with a model of which nothing is known yet.
    ///
    /// # Errors
    /// The first model without a card.
    pub fn quote<'a>(
        &self,
        requests: &'a [CaptionRequest],
        card: impl Fn(&ModelRef) -> Option<&'a ModelCard>,
    ) -> Result<Quote, &'a ModelRef> {
        // Requests that ask the same of the same model cost the same.
        let mut alike: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for request in requests {
            let key = (&request.model, request.key());
            alike.entry(key).or_default().push(request);
        }
        let mut quote = Quote::default();
        for ((model, _), requests) in alike {
            let card = card(model).ok_or(model)?;
            if let Some(request) = requests.first() {
                quote.add(card, requests.len(), &request.terms(), &self.consents);
            }
        }
        Ok(quote)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::tests::now;

    fn tick(spending: &mut Spending, ms: i64) -> bool {
        let now = now() + SignedDuration::from_millis(ms);
        spending.tick(now, &TimeZone::UTC) == Some(Effect::Money)
    }

    #[test]
    fn a_thousand_endings_are_a_reading_a_second() {
        let mut spending = Spending::default();
        let mut readings = 0;
        for ms in 0..3_000 {
            if ms % 3 == 0 {
                spending.spoil();
            }
            if tick(&mut spending, ms) {
                readings += 1;
                spending.absorb(Some(Money::default()));
            }
        }
        assert_eq!(readings, 3);
        assert!(spending.is_moving(), "the last ending is not forgotten");
        assert!(tick(&mut spending, 3_000));
        assert!(!spending.is_moving());
    }

    #[test]
    fn nothing_is_read_twice_at_a_time_and_an_error_takes_nothing_away() {
        let mut spending = Spending::default();
        assert!(tick(&mut spending, 0));
        spending.spoil();
        assert!(!tick(&mut spending, 5_000));
        let money = Money {
            spent: 4_000,
            ..Money::default()
        };
        spending.absorb(Some(money));
        assert!(tick(&mut spending, 5_001));
        spending.absorb(None);
        assert_eq!(spending.money(), Some(money));
    }

    #[test]
    fn a_new_day_is_read_anew() {
        let mut spending = Spending::default();
        tick(&mut spending, 0);
        spending.absorb(Some(Money::default()));
        assert!(!tick(&mut spending, 60_000));
        assert!(tick(&mut spending, 12 * 3_600_000));
    }
}

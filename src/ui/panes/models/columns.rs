//! The columns of the catalogue: what each row says in how many cells.

use super::ModelsPane;
use super::listing::{Item, Row, Section};
use super::order::{quickest, soonest};
use crate::domain::catalogue::{Gate, HubModel, Served};
use crate::domain::model::{ModelRef, Price, Route};
use crate::domain::request::Terms;
use crate::domain::spending::{dollars, estimate};
use crate::domain::text::Foreign;

/// Wide enough for all columns.
const WIDE: usize = 110;

/// A column beside the name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Above it.
    pub(super) title: &'static str,
    /// Its cells, the blank before it included.
    pub(super) width: usize,
    /// True for numbers.
    pub(super) is_number: bool,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Input,
    Output,
    Thousand,
    Context,
    Latency,
    Speed,
    Offers,
    Downloads,
    Likes,
    Licence,
    Gate,
    Task,
    Providers,
}

const fn number(title: &'static str, width: usize, kind: Kind) -> Column {
    Column {
        title,
        width,
        is_number: true,
        kind,
    }
}

const fn words(title: &'static str, width: usize, kind: Kind) -> Column {
    Column {
        is_number: false,
        ..number(title, width, kind)
    }
}

const SERVED: &[Column] = &[
    number("$ in", 8, Kind::Input),
    number("$ out", 8, Kind::Output),
    number("$/1000", 8, Kind::Thousand),
    number("first", 7, Kind::Latency),
    number("tok/s", 6, Kind::Speed),
    number("by", 4, Kind::Offers),
];
const SERVED_WIDE: &[Column] = &[
    number("$ in", 8, Kind::Input),
    number("$ out", 8, Kind::Output),
    number("$/1000", 8, Kind::Thousand),
    number("context", 9, Kind::Context),
    number("first", 8, Kind::Latency),
    number("tok/s", 7, Kind::Speed),
    words("providers", 24, Kind::Offers),
];
const HUB: &[Column] = &[
    number("loads", 7, Kind::Downloads),
    number("likes", 7, Kind::Likes),
    words("gate", 10, Kind::Gate),
    words("served by", 13, Kind::Providers),
];
const HUB_WIDE: &[Column] = &[
    number("downloads", 10, Kind::Downloads),
    number("likes", 7, Kind::Likes),
    words("licence", 12, Kind::Licence),
    words("gate", 9, Kind::Gate),
    words("task", 19, Kind::Task),
    words("served by", 13, Kind::Providers),
];

/// The columns that fit into `width` cells.
pub(super) fn columns(section: Section, width: usize) -> &'static [Column] {
    match (section, width >= WIDE) {
        (Section::Mine | Section::Live, false) => SERVED,
        (Section::Mine | Section::Live, true) => SERVED_WIDE,
        (Section::Hub, false) => HUB,
        (Section::Hub, true) => HUB_WIDE,
    }
}

impl ModelsPane {
    /// What a row says in a column; empty where nobody told.
    pub(super) fn cell(&self, row: Row, column: &Column, terms: &Terms) -> String {
        if let Some(Item::Found(model)) = self.item(row) {
            return of_hub(model, column);
        }
        let (model, served) = (self.model_of(row), self.served_of(row));
        let price = model.as_ref().map(|model| self.price(model));
        let route = match model {
            Some(ModelRef::Hub { route, .. }) => route,
            _ => Route::Default,
        };
        let price = price.or_else(|| Some(served?.price(&route)));
        let price = price.unwrap_or(Price::Unknown);
        match column.kind {
            Kind::Input | Kind::Output | Kind::Thousand => money(price, column.kind, terms),
            _ => served.map_or(String::new(), |served| of_served(served, &route, column)),
        }
    }

    /// What a model asks, as far as anybody told.
    pub(super) fn price(&self, model: &ModelRef) -> Price {
        let served = match model {
            ModelRef::Hub { id, route } => self.served.get(id).map(|it| it.price(route)),
            _ => None,
        };
        let card = || self.card_of(model).map(|card| card.price);
        let known = served.filter(|price| *price != Price::Unknown);
        known.or_else(card).unwrap_or(Price::Unknown)
    }
}

fn money(price: Price, kind: Kind, terms: &Terms) -> String {
    match (price, kind) {
        (Price::Usage { input, .. }, Kind::Input) => dollars(input),
        (Price::Usage { output, .. }, Kind::Output) => dollars(output),
        (Price::Usage { .. }, _) => {
            let each = estimate(price, terms);
            each.map_or("?".to_owned(), |each| dollars(each.saturating_mul(1_000)))
        }
        (Price::Free, Kind::Thousand) => "free".to_owned(),
        (Price::Unknown, Kind::Thousand) => "?".to_owned(),
        _ => String::new(),
    }
}

/// What is told of those that may serve it: the most context, the soonest, the quickest.
fn of_served(served: &Served, route: &Route, column: &Column) -> String {
    let pinned = match route {
        Route::Provider(name) => served.live().find(|offer| offer.provider == *name),
        _ => None,
    };
    match column.kind {
        Kind::Context => {
            let most = served.live().filter_map(|offer| offer.context).max();
            let tokens = pinned.map_or(most, |offer| offer.context);
            tokens.map_or(String::new(), context)
        }
        Kind::Latency => {
            let ms = pinned.map_or_else(|| soonest(served), |offer| offer.latency_ms);
            ms.map_or(String::new(), |ms| format!("{}ms", measured(ms)))
        }
        Kind::Speed => {
            let speed = pinned.map_or_else(|| quickest(served), |offer| offer.throughput);
            speed.map_or(String::new(), measured)
        }
        Kind::Offers if column.is_number => served.live().count().to_string(),
        _ => {
            let names = served.live().map(|offer| offer.provider.as_str());
            let names: Vec<_> = names.collect();
            Foreign::new(names.join(", ")).shown(column.width - 1)
        }
    }
}

fn of_hub(model: &HubModel, column: &Column) -> String {
    let room = column.width - 1;
    let shown = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or_default();
        Foreign::new(text).shown(room)
    };
    match column.kind {
        Kind::Downloads => model.downloads.map_or(String::new(), compact),
        Kind::Likes => model.likes.map_or(String::new(), compact),
        Kind::Licence => shown(&model.licence),
        Kind::Task => shown(&model.task),
        Kind::Gate => match model.gate {
            Gate::Open => "open",
            Gate::Licence => "licence",
            Gate::Approval => "approval",
        }
        .to_owned(),
        _ => match model.providers.as_deref() {
            None => String::new(),
            Some([]) => "no provider".to_owned(),
            Some([one]) => Foreign::new(one.as_str()).shown(room),
            Some(names) => format!("{} providers", names.len()),
        },
    }
}

/// `831`, `12.3k`, `8.2M`, `70B`: three digits, or two before the point.
pub(super) fn compact(number: u64) -> String {
    let (unit, letter) = match number {
        0..1_000 => return number.to_string(),
        1_000..1_000_000 => (1_000, "k"),
        1_000_000..1_000_000_000 => (1_000_000, "M"),
        _ => (1_000_000_000, "B"),
    };
    match number / unit {
        whole @ 0..100 => {
            let tenths = number % unit / (unit / 10);
            format!("{whole}.{tenths}{letter}")
        }
        whole => format!("{whole}{letter}"),
    }
}

/// Tokens of context, `8k`, `131k`, `1M`.
pub(super) fn context(tokens: u64) -> String {
    match tokens {
        0..1_000 => tokens.to_string(),
        1_000..1_000_000 => format!("{}k", tokens / 1_000),
        _ => format!("{}M", tokens / 1_000_000),
    }
}

/// A measured number without its fraction, but for small ones.
pub(super) fn measured(number: f64) -> String {
    if number < 10.0 {
        format!("{number:.1}")
    } else {
        format!("{number:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_short() {
        let said = [0, 999, 1_000, 12_345, 123_456, 8_767_123_712, u64::MAX].map(compact);
        assert_eq!(
            said,
            ["0", "999", "1.0k", "12.3k", "123k", "8.7B", "18446744073B"]
        );
        assert_eq!(
            [512, 8_192, 131_072, 1_048_576].map(context),
            ["512", "8k", "131k", "1M"]
        );
        assert_eq!(
            [0.25, 9.9, 95.3, 1_234.5].map(measured),
            ["0.2", "9.9", "95", "1234"]
        );
    }
}

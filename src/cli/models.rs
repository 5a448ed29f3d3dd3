//! `blipboard models`.

use serde::Serialize;

use crate::domain::model::{ModelCard, Price};

use super::report::Report;
use super::{Desk, Exit, Stop};

/// A model as an object of JSON.
#[derive(Serialize)]
struct Record<'a> {
    model: &'a str,
    price: RecordPrice,
    about: &'a str,
}

/// `"free"`, `"own"`, `"unknown"`, or micro-dollars for a million tokens.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum RecordPrice {
    Free,
    Own,
    Unknown,
    #[serde(untagged)]
    Usage {
        input: u64,
        output: u64,
    },
}

impl From<Price> for RecordPrice {
    fn from(price: Price) -> Self {
        match price {
            Price::Free => Self::Free,
            Price::Own => Self::Own,
            Price::Unknown => Self::Unknown,
            Price::Usage { input, output } => Self::Usage { input, output },
        }
    }
}

/// Lists the models that can be chosen.
pub(super) fn list(json: bool, desk: &Desk<'_>, report: &mut Report) -> Result<Exit, Stop> {
    let cards = (desk.open)(report)?.models();
    let widest = cards.iter().map(|card| name(card).len()).max().unwrap_or(0);
    for card in &cards {
        if json {
            report.object(&Record {
                model: card.model.name().raw(),
                price: card.price.into(),
                about: card.about.raw(),
            })?;
        } else {
            let label = format!("{:<widest$}", name(card));
            let text = format!("{:>7}  {}", card.price, card.about.shown(usize::MAX));
            report.labelled(&label, &text)?;
        }
    }
    Ok(Exit::Done)
}

fn name(card: &ModelCard) -> String {
    card.model.name().shown(usize::MAX)
}

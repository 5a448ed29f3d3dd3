//! Captions in one file.

use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;

use tokio::sync::mpsc;

use super::choose;
use crate::domain::handover::{Doubt, Existing, Fate, Order, Plan, Planned, Summary};
use crate::domain::problem::Problem;
use crate::export::{place, table};
use crate::store::{Store, StoreError};

/// What stands in a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// How many captions.
    pub captions: usize,
    /// Those of them that somebody should look at.
    pub doubtful: Vec<Doubt>,
}

/// What would become of the table. It is compared with what is there, row by row.
pub(super) fn plan(store: &Store, order: Order, path: PathBuf) -> Result<Plan, StoreError> {
    let stat = place::stat(&path);
    let mut held = place::Comparison::with(&path);
    let told = rows(store, &order, &mut |piece| {
        held.push(piece);
        ControlFlow::Continue(())
    })?;
    let is_same = held.is_same();
    let before = stat.clone().unwrap_or_default();
    let fate = match (stat, order.existing) {
        (Err(refusal), _) => Fate::Refused(refusal),
        (Ok(None), _) => Fate::New,
        (Ok(Some(_)), _) if is_same => Fate::Same,
        (Ok(Some(_)), Existing::Overwrite) => Fate::Overwritten,
        (Ok(Some(_)), Existing::Skip | Existing::Append | Existing::Prepend) => Fate::Kept,
    };
    let file = Planned {
        path,
        fate,
        captions: told.captions,
        content: None,
        before,
    };
    Ok(Plan {
        order,
        captions: told.captions,
        files: vec![file],
        collisions: Vec::new(),
        moved: Vec::new(),
        left_out: Vec::new(),
        doubtful: told.doubtful,
    })
}

/// Writes the table as history is read.
pub(super) fn write(store: &Store, plan: &Plan) -> Result<Summary, StoreError> {
    let mut summary = Summary::default();
    for file in plan.written() {
        let mut read = Ok(());
        let written = place::write(&file.path, file.before, false, |out| {
            let mut written = Ok(());
            let told = rows(store, &plan.order, &mut |piece| {
                written = out.write_all(piece.as_bytes());
                match written {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            });
            if let Err(error) = told {
                read = Err(error);
                return Err(io::Error::other("history could not be read"));
            }
            written
        });
        read?;
        match written {
            Ok(()) => summary.written += 1,
            Err(error) => {
                let why = Problem::from_error(&error).sentence();
                summary.failed.push((file.path.clone(), why));
            }
        }
    }
    Ok(summary)
}

/// Sends the table away.
pub(super) fn tell(
    store: &Store,
    order: &Order,
    to: &mpsc::Sender<String>,
) -> Result<Told, StoreError> {
    rows(
        store,
        order,
        &mut |piece| match to.blocking_send(piece.to_owned()) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        },
    )
}

fn rows(
    store: &Store,
    order: &Order,
    on: &mut dyn FnMut(&str) -> ControlFlow<()>,
) -> Result<Told, StoreError> {
    let mut told = Told::default();
    if on(&table::head(order.form)).is_break() {
        return Ok(told);
    }
    choose::runs(store, order, &mut |run, text| {
        told.captions += 1;
        told.doubtful
            .extend(choose::doubt(&run.request.image, run.flags()));
        match table::row(order.form, run, text) {
            Ok(row) => on(&row),
            Err(error) => {
                tracing::error!(%error, "a caption could not be written");
                ControlFlow::Continue(())
            }
        }
    })?;
    Ok(told)
}

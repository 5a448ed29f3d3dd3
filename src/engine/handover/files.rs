//! Captions beside their pictures.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::{Found, choose};
use crate::domain::handover::{
    Existing, Fate, Form, LONGEST, Order, Place, Plan, Planned, Refusal, Slot, Summary, lay,
    metadata, tidy,
};
use crate::domain::problem::Problem;
use crate::export::place;

/// Largest `metadata.jsonl` that is read, in bytes.
const LONGEST_METADATA: u64 = 256 << 20;

/// What would become of each file.
pub(super) fn plan(order: Order, found: Found) -> Plan {
    let Found {
        picks,
        moved,
        mut left_out,
    } = found;
    let asked: RefCell<HashMap<PathBuf, bool>> = RefCell::default();
    let folds = |folder: &Path| {
        let mut asked = asked.borrow_mut();
        let known = asked.get(folder).copied();
        known.unwrap_or_else(|| {
            let folds = place::folds_case(folder);
            asked.insert(folder.to_owned(), folds);
            folds
        })
    };
    let doubtful = picks
        .iter()
        .filter_map(|pick| choose::doubt(&pick.image, pick.flags.clone()));
    let doubtful = doubtful.collect();
    let pictures: HashSet<PathBuf> = picks.iter().map(|it| it.image.path().to_owned()).collect();
    let layout = lay(picks, &order, &folds);
    let homeless = layout.collisions.iter().filter(|it| !it.is_resolved);
    let homeless: usize = homeless.map(|it| it.images.len()).sum();
    let captions = layout.slots.len() + homeless;
    let mut files: BTreeMap<&Path, Vec<&Slot>> = BTreeMap::new();
    for slot in &layout.slots {
        files.entry(&slot.file).or_default().push(slot);
    }
    let planned = files.into_iter().map(|(path, slots)| {
        if pictures.contains(path) {
            refused(path, slots.len(), Refusal::Picture)
        } else {
            planned(path, &slots, &order)
        }
    });
    let files = planned.collect();
    left_out.extend(layout.left_out);
    Plan {
        order,
        captions,
        files,
        collisions: layout.collisions,
        moved,
        left_out,
        doubtful,
    }
}

fn planned(path: &Path, slots: &[&Slot], order: &Order) -> Planned {
    let is_metadata = order.form == Form::Metadata;
    let caption = slots.first().map_or("", |slot| slot.pick.text.as_str());
    // A caption longer than any other tool writes was written by us, and is known again.
    let most = if is_metadata {
        LONGEST_METADATA
    } else {
        LONGEST.max(caption.len() as u64 + 1)
    };
    let has_folder = path.parent().is_some_and(Path::is_dir);
    if order.place == Place::Beside && !has_folder {
        return refused(path, slots.len(), Refusal::NoFolder);
    }
    let is_lost = matches!(order.existing, Existing::Skip | Existing::Overwrite);
    let seen = match place::look(path, most, is_metadata || !is_lost) {
        Ok(seen) => seen,
        Err(refusal) => return refused(path, slots.len(), refusal),
    };
    let text = seen.as_ref().map(|(text, _)| text.as_str());
    let (fate, content) = if is_metadata {
        let rows = slots.iter().filter_map(|slot| {
            let name = slot.row.as_deref()?;
            Some((name, slot.pick.text.as_str()))
        });
        metadata::settle(text, &rows.collect(), order.existing)
    } else {
        let text = text.map(tidy);
        let (fate, content) = order.existing.settle(text.as_deref(), caption);
        (fate, content.map(|content| content + "\n"))
    };
    Planned {
        path: path.to_owned(),
        fate,
        captions: slots.len(),
        content,
        before: seen.map(|(_, fingerprint)| fingerprint),
    }
}

fn refused(path: &Path, captions: usize, refusal: Refusal) -> Planned {
    Planned {
        path: path.to_owned(),
        fate: Fate::Refused(refusal),
        captions,
        content: None,
        before: None,
    }
}

/// Writes what is to be written, until it is cancelled.
pub(super) fn write(plan: &Plan, cancel: &CancellationToken, on: &dyn Fn(usize)) -> Summary {
    let mut summary = Summary::default();
    let makes_folders = matches!(plan.order.place, Place::Below { .. });
    for (done, file) in plan.written().enumerate() {
        if cancel.is_cancelled() {
            summary.not_begun += 1;
            continue;
        }
        let content = file.content.as_deref().unwrap_or_default();
        let written = place::write(&file.path, file.before, makes_folders, |out| {
            out.write_all(content.as_bytes())
        });
        match written {
            Ok(()) => summary.written += 1,
            Err(error) => {
                let why = Problem::from_error(&error).sentence();
                summary.failed.push((file.path.clone(), why));
            }
        }
        on(done + 1);
    }
    summary
}

//! Which captions are handed over.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::PathBuf;

use crate::domain::handover::{Doubt, Order, Pick, Which, caption_of};
use crate::domain::image::{ImageId, ImageRef};
use crate::domain::review::Decision;
use crate::domain::run::{Flag, Run};
use crate::store::{HistoryQuery, Stop, Store, StoreError};

/// The captions that are meant, by picture and the newest first; each with where it belongs.
pub(super) fn picks(store: &Store, order: &Order) -> Result<Vec<Pick>, StoreError> {
    let mut picks = match order.which {
        Which::All => all(store, order)?,
        Which::Accepted | Which::Newest => one_each(store, order)?,
    };
    picks.sort_by(|a, b| (&a.image, b.run).cmp(&(&b.image, a.run)));
    Ok(picks)
}

/// Tells the runs whose captions are meant, each once, with how the caption reads.
pub(super) fn runs(
    store: &Store,
    order: &Order,
    on: &mut dyn FnMut(&Run, &str) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    if order.which == Which::All {
        let meant = Meant::read(store, order)?;
        return each(store, order, |run| match caption_of(&run) {
            Some(text) if !meant.images(&run).is_empty() => on(&run, &text),
            _ => ControlFlow::Continue(()),
        });
    }
    let mut told = HashSet::new();
    for pick in picks(store, order)? {
        // A picture that lies in two places has one accepted caption.
        if !told.insert(pick.run) {
            continue;
        }
        if let Some(run) = store.run(pick.run)?
            && on(&run, &pick.text).is_break()
        {
            break;
        }
    }
    Ok(())
}

fn all(store: &Store, order: &Order) -> Result<Vec<Pick>, StoreError> {
    let meant = Meant::read(store, order)?;
    let mut picks = Vec::new();
    each(store, order, |run| {
        let images = meant.images(&run);
        if let Some(pick) = pick(run) {
            let at = |image| Pick {
                image,
                ..pick.clone()
            };
            picks.extend(images.into_iter().map(at));
        }
        ControlFlow::Continue(())
    })?;
    Ok(picks)
}

/// Of each picture the accepted caption, wherever the picture lay when it was accepted; else the
/// newest, where that is wanted.
fn one_each(store: &Store, order: &Order) -> Result<Vec<Pick>, StoreError> {
    let meant = Meant::read(store, order)?;
    let mut newest: HashMap<(ImageRef, ImageId), Option<Pick>> = HashMap::new();
    let mut accepted: HashMap<ImageId, Pick> = HashMap::new();
    each(store, order, |run| {
        let (images, id) = (meant.images(&run), run.image_id);
        let is_accepted = run.review.decision == Decision::Accepted;
        let pick = pick(run);
        if let (true, Some(pick)) = (is_accepted, &pick) {
            accepted
                .entry(pick.image_id)
                .or_insert_with(|| pick.clone());
        }
        let places = id
            .into_iter()
            .flat_map(|id| images.iter().map(move |it| (it.clone(), id)));
        for place in places {
            let newest = newest.entry(place).or_default();
            if newest.is_none() && order.which == Which::Newest {
                newest.clone_from(&pick);
            }
        }
        ControlFlow::Continue(())
    })?;
    let picks = newest.into_iter().filter_map(|((image, id), newest)| {
        let pick = accepted.get(&id).cloned().or(newest)?;
        Some(Pick { image, ..pick })
    });
    Ok(picks.collect())
}

fn pick(run: Run) -> Option<Pick> {
    Some(Pick {
        text: caption_of(&run)?,
        image_id: run.image_id?,
        run: run.id?,
        flags: run.flags(),
        image: run.request.image,
    })
}

/// Which pictures are meant.
struct Meant<'a> {
    order: &'a Order,
    /// Those that history has met in the folder of the order; empty where there is none.
    below: HashMap<ImageId, Vec<PathBuf>>,
}

impl<'a> Meant<'a> {
    fn read(store: &Store, order: &'a Order) -> Result<Self, StoreError> {
        let below = match &order.folder {
            Some(folder) => store.files_below(folder)?,
            None => HashMap::new(),
        };
        Ok(Self { order, below })
    }

    /// Where the picture of a run lies, as far as that is meant: where it was captioned, or else
    /// where it was met since.
    fn images(&self, run: &Run) -> Vec<ImageRef> {
        if self.order.is_within(&run.request.image) {
            return vec![run.request.image.clone()];
        }
        let met = run.image_id.and_then(|id| self.below.get(&id));
        met.into_iter().flatten().map(ImageRef::new).collect()
    }
}

/// What there is to doubt about a caption that is handed over; `None` where there is nothing.
pub(super) fn doubt(image: &ImageRef, flags: Vec<Flag>) -> Option<Doubt> {
    let mut flags = flags;
    // Somebody wrote one since.
    flags.retain(|flag| *flag != Flag::Empty);
    let image = image.clone();
    (!flags.is_empty()).then_some(Doubt { image, flags })
}

/// Every finished run that is like those that are meant, the newest first.
fn each(
    store: &Store,
    order: &Order,
    on: impl FnMut(Run) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    let query = HistoryQuery {
        filter: order.filter.clone(),
        ..HistoryQuery::default()
    };
    store.each(&query, None, &Stop::default(), on)
}

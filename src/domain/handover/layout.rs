//! Which caption goes into which file, and which want the same place.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::metadata::METADATA;
use super::{Clash, Collision, Form, LeftOut, Order, Pick};
use crate::domain::image::ImageRef;
use crate::domain::run::RunId;

/// Place of a caption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The file.
    pub file: PathBuf,
    /// Of a file that holds several, the name of the picture in it.
    pub row: Option<String>,
    /// The caption.
    pub pick: Pick,
}

/// What goes where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Captions that have a place of their own, by file.
    pub slots: Vec<Slot>,
    /// Captions that want the same place.
    pub collisions: Vec<Collision>,
    /// Pictures that have no place at all.
    pub left_out: Vec<(ImageRef, LeftOut)>,
}

/// Finds a place for every caption. `folds` tells of a folder whether names there that differ in
/// nothing but case are one.
pub fn lay(picks: Vec<Pick>, order: &Order, folds: &dyn Fn(&Path) -> bool) -> Layout {
    let mut left_out = Vec::new();
    let mut slots = Vec::new();
    for pick in picks {
        let image = pick.image.clone();
        match slot(pick, order) {
            Ok(slot) => slots.push(slot),
            Err(why) => left_out.push((image, why)),
        }
    }
    let (mut slots, mut clashing) = divide(slots, folds);
    let mut collisions = Vec::new();
    // A row is found by the name of its picture, which cannot be another.
    if order.clash == Clash::WholeName && order.form != Form::Metadata {
        let renamed = clashing.iter().flat_map(|group| whole_names(group, order));
        slots.extend(renamed);
        let (settled, still) = divide(slots, folds);
        let runs: HashSet<RunId> = settled.iter().map(|slot| slot.pick.run).collect();
        let has_place = |slot: &&Slot| runs.contains(&slot.pick.run);
        let resolved = clashing.iter().map(|group| {
            let images = group.iter().filter(has_place);
            Collision {
                images: images.map(|slot| slot.pick.image.clone()).collect(),
                ..collision(group, true)
            }
        });
        collisions.extend(resolved.filter(|it| !it.images.is_empty()));
        (slots, clashing) = (settled, still);
    }
    collisions.extend(clashing.iter().map(|group| collision(group, false)));
    slots.sort_by(|a, b| (&a.file, &a.row).cmp(&(&b.file, &b.row)));
    collisions.sort_by(|a, b| a.path.cmp(&b.path));
    Layout {
        slots,
        collisions,
        left_out,
    }
}

fn slot(pick: Pick, order: &Order) -> Result<Slot, LeftOut> {
    let folder = order.place.folder(pick.image.folder());
    let folder = folder.ok_or(LeftOut::Outside)?;
    let name = pick.image.path().file_name().unwrap_or_default();
    let (file, row) = if order.form == Form::Metadata {
        let row = name.to_str().ok_or(LeftOut::Name)?.to_owned();
        (folder.join(METADATA), Some(row))
    } else {
        (folder.join(name).with_extension(order.form.word()), None)
    };
    Ok(Slot { file, row, pick })
}

/// Those that have a place of their own, and those that share one with others. Where a picture has
/// the same caption twice, one of them is enough.
fn divide(slots: Vec<Slot>, folds: &dyn Fn(&Path) -> bool) -> (Vec<Slot>, Vec<Vec<Slot>>) {
    let mut places: BTreeMap<(OsString, Option<String>), Vec<Slot>> = BTreeMap::new();
    for slot in slots {
        let file = slot.file.as_os_str();
        let folds = slot.file.parent().is_some_and(folds);
        let file = if folds {
            file.to_string_lossy().to_lowercase().into()
        } else {
            file.to_owned()
        };
        let group = places.entry((file, slot.row.clone())).or_default();
        let is_known =
            |it: &Slot| (&it.pick.image, &it.pick.text) == (&slot.pick.image, &slot.pick.text);
        if !group.iter().any(is_known) {
            group.push(slot);
        }
    }
    let (alone, clashing): (Vec<_>, Vec<_>) =
        places.into_values().partition(|group| group.len() == 1);
    (alone.into_iter().flatten().collect(), clashing)
}

/// The same captions in files that have the whole name of their picture.
fn whole_names<'a>(group: &'a [Slot], order: &'a Order) -> impl Iterator<Item = Slot> + 'a {
    group.iter().map(|slot| {
        let of_picture = group.iter().filter(|it| it.pick.image == slot.pick.image);
        let name = slot.pick.image.path().file_name().unwrap_or_default();
        let mut name = name.to_owned();
        if of_picture.count() > 1 {
            name.push(format!(".{}", slot.pick.run.0));
        }
        name.push(format!(".{}", order.form.word()));
        Slot {
            file: slot.file.with_file_name(name),
            ..slot.clone()
        }
    })
}

fn collision(group: &[Slot], is_resolved: bool) -> Collision {
    let path = group.first().map(|slot| match &slot.row {
        Some(_) => slot.pick.image.path().to_owned(),
        None => slot.file.clone(),
    });
    Collision {
        path: path.unwrap_or_default(),
        images: group.iter().map(|slot| slot.pick.image.clone()).collect(),
        is_resolved,
    }
}

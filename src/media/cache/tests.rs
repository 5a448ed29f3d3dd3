use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::*;
use crate::domain::image::Format;

const HERE: Size = Size {
    width: 100,
    height: 100,
};

fn facts() -> ImageFacts {
    ImageFacts {
        format: Format::WebP,
        size: size(4000, 3000),
        bytes: 123,
        animated: true,
        taken: Some("2024-05-06T07:08:09".parse().unwrap()),
        camera: Some(Foreign::new("A \u{1b}[31m camera")),
    }
}

fn size(width: u32, height: u32) -> Size {
    Size { width, height }
}

fn id(number: u8) -> ImageId {
    ImageId([number; 32])
}

fn plain(width: u32, height: u32, pixel: [u8; 4]) -> Pixels {
    let count = usize::try_from(width * height).unwrap();
    Pixels::new(size(width, height), pixel.repeat(count)).unwrap()
}

/// What no encoder makes small.
fn noise() -> Pixels {
    let mut seed = 1_u32;
    let bytes = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed.to_be_bytes()[0]
    });
    Pixels::new(size(256, 192), bytes.take(256 * 192 * 4).collect()).unwrap()
}

fn thumbnails() -> (TempDir, Thumbnails) {
    let cache = tempfile::tempdir().unwrap();
    let thumbnails = Thumbnails::new(cache.path());
    (cache, thumbnails)
}

fn kept(thumbnails: &Thumbnails, number: u8) -> bool {
    thumbnails.has(&id(number), HERE)
}

/// Sets back when the thumbnail was used last.
fn age(thumbnails: &Thumbnails, number: u8, hours: u64) {
    let then = SystemTime::now() - Duration::from_hours(hours);
    let file = File::open(thumbnails.file(&id(number), 256)).unwrap();
    file.set_times(FileTimes::new().set_modified(then)).unwrap();
}

#[test]
fn what_is_kept_comes_back_with_all_that_is_known_of_the_picture() {
    let (_cache, thumbnails) = thumbnails();
    for (number, colour) in [(1, [90, 40, 200, 255]), (2, [90, 40, 200, 128])] {
        thumbnails.keep(&id(number), 256, &facts(), &plain(400, 300, colour));
        let (known, pixels) = thumbnails.find(&id(number), HERE).unwrap();
        assert_eq!((known, pixels.size()), (facts(), size(100, 75)));
        let found = pixels.at(50, 40);
        let near = found.iter().zip(colour).all(|(a, b)| a.abs_diff(b) <= 4);
        assert!(near, "{found:?} for {colour:?}");
    }
    assert!(thumbnails.find(&id(3), HERE).is_none());
}

#[test]
fn files_are_readable_by_nobody_else() {
    let (_cache, thumbnails) = thumbnails();
    thumbnails.keep(&id(1), 256, &facts(), &noise());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(thumbnails.folder()), 0o700);
    let files: Vec<_> = fs::read_dir(thumbnails.folder()).unwrap().collect();
    assert_eq!(files.len(), 1);
    assert_eq!(mode(&files[0].as_ref().unwrap().path()), 0o600);
}

#[test]
fn a_thumbnail_serves_where_it_is_as_sharp_as_the_picture() {
    let (_cache, thumbnails) = thumbnails();
    thumbnails.keep(&id(1), 256, &facts(), &plain(400, 300, [9, 9, 9, 255]));
    let cases = [
        (size(256, 256), true),
        (size(257, 257), false),
        (size(1600, 190), true),
        (size(256, 9_000), true),
        (size(400, 240), false),
    ];
    for (within, expected) in cases {
        assert_eq!(thumbnails.has(&id(1), within), expected, "{within}");
        assert_eq!(thumbnails.find(&id(1), within).is_some(), expected);
        let nearest = thumbnails.nearest(&id(1), within).unwrap().1;
        assert_eq!(nearest.size(), fitted(facts().size, within));
    }
}

#[test]
fn only_what_is_smaller_than_its_picture_is_kept() {
    let (_cache, thumbnails) = thumbnails();
    let side = |width, height, within| thumbnails.side(size(width, height), within);
    let cases = [
        ((4000, 3000), 100, Some(256)),
        ((4000, 3000), 256, Some(256)),
        ((4000, 3000), 300, Some(640)),
        ((4000, 3000), 640, Some(640)),
        ((4000, 3000), 641, Some(800)),
        ((4000, 3000), 801, Some(1000)),
        ((4000, 3000), 1600, Some(1000)),
        ((600, 400), 100, Some(256)),
        ((600, 400), 300, None),
        ((200, 100), 100, None),
    ];
    for ((width, height), within, expected) in cases {
        assert_eq!(side(width, height, size(within, within)), expected);
    }
}

#[test]
fn what_is_damaged_is_not_there_and_is_made_again() {
    let (_cache, thumbnails) = thumbnails();
    thumbnails.keep(&id(1), 256, &facts(), &noise());
    let file = thumbnails.file(&id(1), 256);
    let whole = fs::read(&file).unwrap();
    let mut bent = whole.clone();
    bent[whole.len() / 2] ^= 1;
    let other = [b"{\"version\":2}\n".as_slice(), &whole].concat();
    let cut = whole[..whole.len() - 1].to_vec();
    for damaged in [
        Vec::new(),
        b"{}\n".to_vec(),
        cut,
        bent,
        other,
        vec![0; 9_000_000],
    ] {
        fs::write(&file, &damaged).unwrap();
        assert!(thumbnails.find(&id(1), HERE).is_none());
        assert!(thumbnails.nearest(&id(1), HERE).is_none());
        thumbnails.keep(&id(1), 256, &facts(), &noise());
        assert_eq!(fs::read(&file).unwrap(), whole);
    }
}

#[test]
fn those_that_nobody_wanted_for_longest_make_room() {
    let cache = tempfile::tempdir().unwrap();
    let one = Entry::encode(&facts(), &noise()).unwrap().len() as u64;
    let thumbnails = Thumbnails::with_room(cache.path(), one * 4);
    for number in 1..=3 {
        thumbnails.keep(&id(number), 256, &facts(), &noise());
        age(&thumbnails, number, 10 - u64::from(number));
    }
    thumbnails.find(&id(1), HERE).unwrap();
    thumbnails.keep(&id(4), 256, &facts(), &noise());
    thumbnails.keep(&id(5), 256, &facts(), &noise());
    let left = [1, 2, 3, 4, 5].map(|number| kept(&thumbnails, number));
    assert_eq!(left, [true, false, false, true, true]);
    assert!(thumbnails.holdings().unwrap().bytes <= one * 4);
}

#[test]
fn the_folder_is_looked_through_only_now_and_then() {
    let cache = tempfile::tempdir().unwrap();
    let one = Entry::encode(&facts(), &noise()).unwrap().len() as u64;
    let thumbnails = Thumbnails::with_room(cache.path(), one * 160);
    let mut walks = 0;
    for number in 0..100 {
        let before = thumbnails.fresh.load(Ordering::Relaxed);
        thumbnails.keep(&id(number), 256, &facts(), &noise());
        walks += u32::from(thumbnails.fresh.load(Ordering::Relaxed) < before);
    }
    assert_eq!(walks, 1 + 99 / 11, "at the first and then at each eleventh");
}

#[test]
fn two_programs_share_a_folder() {
    let (cache, one) = thumbnails();
    let other = Thumbnails::new(cache.path());
    one.keep(&id(1), 256, &facts(), &noise());
    other.keep(&id(2), 256, &facts(), &noise());
    assert!(kept(&one, 2) && kept(&other, 1));
    other.clear().unwrap();
    assert!(!kept(&one, 1));
    one.keep(&id(1), 256, &facts(), &noise());
    assert!(kept(&other, 1));
}

#[test]
fn clearing_deletes_thumbnails_and_nothing_else() {
    let (_cache, thumbnails) = thumbnails();
    assert_eq!(thumbnails.clear().unwrap(), Holdings::default());
    thumbnails.keep(&id(1), 256, &facts(), &noise());
    thumbnails.keep(&id(1), 1000, &facts(), &plain(2000, 1000, [1, 2, 3, 255]));
    let (strange, draft) = (
        thumbnails.folder.join("letter-1"),
        thumbnails.folder.join("9-9.draft"),
    );
    fs::write(&strange, "mine").unwrap();
    fs::write(&draft, "left behind").unwrap();
    let then = SystemTime::now() - ABANDONED * 2;
    let file = File::open(&draft).unwrap();
    file.set_times(FileTimes::new().set_modified(then)).unwrap();
    let held = thumbnails.holdings().unwrap();
    assert!(held.count == 2 && held.bytes > 1000, "{held:?}");
    assert_eq!(thumbnails.clear().unwrap(), held);
    assert_eq!(thumbnails.holdings().unwrap(), Holdings::default());
    assert!(strange.exists() && !draft.exists());
}

#[test]
fn a_forgotten_picture_has_no_thumbnail_of_any_size() {
    let (_cache, thumbnails) = thumbnails();
    let large = plain(2000, 1000, [1, 2, 3, 255]);
    for number in [1, 2] {
        thumbnails.keep(&id(number), 256, &facts(), &noise());
        thumbnails.keep(&id(number), 1000, &facts(), &large);
    }
    thumbnails.forget(&[id(1), id(9)]).unwrap();
    assert!(thumbnails.nearest(&id(1), HERE).is_none());
    assert_eq!(thumbnails.holdings().unwrap().count, 2);
}

#[test]
fn a_folder_that_cannot_be_written_is_done_without() {
    let cache = tempfile::tempdir().unwrap();
    fs::write(cache.path().join("thumbnails"), "a file").unwrap();
    let thumbnails = Thumbnails::new(cache.path());
    let within = HERE;
    assert!(thumbnails.side(facts().size, within).is_some());
    thumbnails.keep(&id(1), 256, &facts(), &noise());
    assert!(!kept(&thumbnails, 1));
    assert_eq!(
        thumbnails.side(facts().size, within),
        None,
        "not tried again"
    );
}

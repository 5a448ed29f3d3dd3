use std::fs::{self, File, FileTimes};

use futures_util::FutureExt as _;
use image::metadata::Orientation::{self, Rotate90, Rotate270};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use tempfile::TempDir;

use super::*;
use crate::media::samples::{Exif, animated_webp, encoded, jpeg_with_exif};
use crate::store::{Forget, Store};

const SMALL: Size = Size {
    width: 100,
    height: 100,
};

fn size(width: u32, height: u32) -> Size {
    Size { width, height }
}

/// A folder of pictures, a history, and a folder of thumbnails.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// As a program that was just started.
    fn looks(&self) -> Looks {
        let store = Arc::new(Store::open(self.0.path()).unwrap().store);
        let desk = Arc::new(Desk::new(store));
        let thumbnails = Arc::new(Thumbnails::new(&self.0.path().join("cache")));
        Looks::new(desk, thumbnails, 2, &|_| Workers::shared())
    }

    fn picture(&self, name: &str, file: &[u8]) -> ImageRef {
        let path = self.0.path().join(name);
        fs::write(&path, file).unwrap();
        ImageRef::new(path)
    }

    fn kept(&self) -> u64 {
        let thumbnails = Thumbnails::new(&self.0.path().join("cache"));
        thumbnails.holdings().unwrap().count
    }
}

/// Red above, blue below.
fn halves(width: u32, height: u32) -> DynamicImage {
    let picture = RgbImage::from_fn(width, height, |_, y| {
        Rgb(if y < height / 2 {
            [220, 20, 20]
        } else {
            [20, 40, 200]
        })
    });
    picture.into()
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encoded(&halves(width, height), ImageFormat::Jpeg)
}

fn assert_halves(look: &Look, width: u32, height: u32) {
    assert_eq!(look.pixels.size(), size(width, height));
    let [above, _, _, _] = look.pixels.at(width / 2, height / 4);
    let [below, _, _, _] = look.pixels.at(width / 2, height * 3 / 4);
    assert!(above > 190 && below < 50, "{above} {below}");
}

/// The look, when it is kept and nothing is under way any more.
async fn seen(looks: &Looks, image: &ImageRef, within: Size) -> Look {
    let look = looks.look(image, within).await.unwrap();
    let _all = looks.shares.take(size(9_000, 9_000)).await.unwrap();
    look
}

/// Makes the file something else behind its back: as long as before, and last changed then.
fn replace(image: &ImageRef) {
    let meta = fs::metadata(image.path()).unwrap();
    let length = usize::try_from(meta.len()).unwrap();
    fs::write(image.path(), vec![0; length]).unwrap();
    let file = File::options().write(true).open(image.path()).unwrap();
    let times = FileTimes::new().set_modified(meta.modified().unwrap());
    file.set_times(times).unwrap();
}

#[tokio::test]
async fn a_picture_that_was_seen_is_shown_by_the_next_program_without_opening_it() {
    let home = Home::new();
    let image = home.picture("a.jpg", &jpeg(800, 600));
    let first = seen(&home.looks(), &image, SMALL).await;
    replace(&image);
    let next = home.looks().look(&image, SMALL).await.unwrap();
    assert_eq!(next.facts, first.facts);
    assert_halves(&first, 100, 75);
    assert_halves(&next, 100, 75);
}

#[tokio::test]
async fn a_picture_that_has_changed_is_looked_at_again() {
    let home = Home::new();
    let image = home.picture("a.jpg", &jpeg(800, 600));
    let looks = home.looks();
    seen(&looks, &image, SMALL).await;
    home.picture("a.jpg", &jpeg(600, 800));
    assert_halves(&seen(&looks, &image, SMALL).await, 75, 100);
    assert_halves(&seen(&looks, &image, SMALL).await, 75, 100);
    assert_eq!(home.kept(), 2);
}

#[tokio::test]
async fn all_eight_orientations_show_the_same_picture_from_disk() {
    for value in 1..=8 {
        let mut raw = halves(640, 320);
        raw.apply_orientation(match Orientation::from_exif(value).unwrap() {
            Rotate90 => Rotate270,
            Rotate270 => Rotate90,
            its_own_opposite => its_own_opposite,
        });
        let exif = Exif::new().orientation(value.into()).bytes();
        let home = Home::new();
        let image = home.picture("a.jpg", &jpeg_with_exif(&raw, &exif));
        assert_halves(&seen(&home.looks(), &image, SMALL).await, 100, 50);
        replace(&image);
        assert_halves(&seen(&home.looks(), &image, SMALL).await, 100, 50);
    }
}

#[tokio::test]
async fn what_is_clear_or_moves_is_so_from_disk_too() {
    let home = Home::new();
    let veil = RgbaImage::from_pixel(400, 300, Rgba([200, 10, 10, 90]));
    let veil = home.picture("a.png", &encoded(&veil.into(), ImageFormat::Png));
    let frames = [halves(400, 300), halves(400, 300).rotate180()];
    let frames = frames.map(|frame| encoded(&frame.to_rgba8().into(), ImageFormat::WebP));
    let film = home.picture("a.webp", &animated_webp(&frames, 400, 300));
    for _ in ["out of their files", "from disk"] {
        let look = seen(&home.looks(), &veil, SMALL).await;
        assert_eq!(look.pixels.at(50, 40)[3], 90);
        let look = seen(&home.looks(), &film, SMALL).await;
        assert!(look.facts.animated);
        assert_halves(&look, 100, 75);
        replace(&veil);
        replace(&film);
    }
}

#[tokio::test]
async fn a_picture_no_larger_than_its_thumbnail_is_neither_kept_nor_hashed() {
    let home = Home::new();
    let image = home.picture("a.jpg", &jpeg(200, 150));
    let looks = home.looks();
    assert_halves(&seen(&looks, &image, SMALL).await, 100, 75);
    let fingerprint = identify::fingerprint(image.path()).unwrap();
    assert_eq!(looks.gallery.desk.known(image.path(), &fingerprint), None);
    assert_eq!(home.kept(), 0);
}

#[tokio::test]
async fn a_copy_shares_the_thumbnail() {
    let home = Home::new();
    let looks = home.looks();
    for name in ["a.jpg", "b.jpg"] {
        seen(&looks, &home.picture(name, &jpeg(800, 600)), SMALL).await;
    }
    assert_eq!(home.kept(), 1);
}

#[tokio::test]
async fn what_two_programs_see_they_see_together() {
    let home = Home::new();
    let image = home.picture("a.jpg", &jpeg(800, 600));
    let (one, other) = (home.looks(), home.looks());
    let (first, second) = tokio::join!(seen(&one, &image, SMALL), seen(&other, &image, SMALL));
    assert_halves(&first, 100, 75);
    assert_halves(&second, 100, 75);
    replace(&image);
    assert_halves(&seen(&other, &image, SMALL).await, 100, 75);
    assert_eq!(home.kept(), 1);
}

#[tokio::test]
async fn a_file_that_is_no_picture_says_so_every_time() {
    let home = Home::new();
    let image = home.picture("a.jpg", b"Dear diary,");
    for _ in 0..2 {
        let error = home.looks().look(&image, SMALL).await.unwrap_err();
        assert!(matches!(
            error,
            EngineError::Media(MediaError::NotAPicture(_))
        ));
        assert!(home.looks().glimpse(&image, SMALL).await.is_none());
    }
    assert_eq!(home.kept(), 0);
}

#[tokio::test]
async fn without_a_folder_for_thumbnails_pictures_are_seen_all_the_same() {
    let home = Home::new();
    fs::write(home.0.path().join("cache"), "a file").unwrap();
    let image = home.picture("a.jpg", &jpeg(800, 600));
    let looks = home.looks();
    for _ in 0..2 {
        assert_halves(&seen(&looks, &image, SMALL).await, 100, 75);
    }
}

#[tokio::test]
async fn a_glimpse_comes_from_the_camera_then_from_disk_and_then_not_at_all() {
    let home = Home::new();
    let exif = Exif::new().thumbnail(jpeg(160, 120));
    let file = jpeg_with_exif(&halves(1600, 1200), &exif.bytes());
    let image = home.picture("a.jpg", &file);
    let looks = home.looks();
    let glimpse = looks.glimpse(&image, SMALL).await.unwrap();
    assert_halves(&glimpse, 100, 75);
    let look = seen(&looks, &image, SMALL).await;
    assert_eq!(look.facts, glimpse.facts);
    assert!(looks.glimpse(&image, SMALL).await.is_none(), "as quick");
    replace(&image);
    let large = size(1200, 1200);
    assert_halves(&looks.glimpse(&image, large).await.unwrap(), 1200, 900);
}

#[tokio::test]
async fn a_picture_that_is_quickly_decoded_needs_no_glimpse() {
    let home = Home::new();
    let exif = Exif::new().thumbnail(jpeg(160, 120));
    let file = jpeg_with_exif(&halves(400, 300), &exif.bytes());
    let image = home.picture("a.jpg", &file);
    assert!(home.looks().glimpse(&image, SMALL).await.is_none());
}

#[tokio::test]
async fn a_look_that_nobody_wants_any_more_is_dropped_before_it_begins() {
    let home = Home::new();
    let image = home.picture("a.jpg", &jpeg(800, 600));
    let looks = home.looks();
    let all = looks.shares.take(size(9_000, 9_000)).await.unwrap();
    let mut look = Box::pin(looks.look(&image, SMALL));
    assert!((&mut look).now_or_never().is_none());
    // It waits for its share as soon as it has been looked up.
    let glances = looks.glances.acquire_many(2).await.unwrap();
    assert!((&mut look).now_or_never().is_none());
    drop((glances, look, all));
    let _all = looks.shares.take(size(9_000, 9_000)).await.unwrap();
    assert_eq!(home.kept(), 0);
}

#[tokio::test]
async fn what_is_kept_does_not_wait_for_what_is_decoded() {
    let home = Home::new();
    let image = home.picture("a.jpg", &jpeg(800, 600));
    let looks = home.looks();
    seen(&looks, &image, SMALL).await;
    let _all = looks.shares.take(size(9_000, 9_000)).await.unwrap();
    assert_halves(&looks.look(&image, SMALL).await.unwrap(), 100, 75);
}

#[tokio::test]
async fn a_forgotten_picture_leaves_no_thumbnail() {
    let home = Home::new();
    let image = home.picture("a.jpg", &jpeg(800, 600));
    let settings = crate::engine::EngineSettings {
        cache: home.0.path().join("cache"),
        ..crate::engine::EngineSettings::offline()
    };
    let (engine, _) = crate::engine::Engine::open(home.0.path(), settings).unwrap();
    let id = engine.identify(&image).await.unwrap();
    seen(&home.looks(), &image, SMALL).await;
    assert_eq!(home.kept(), 1);
    engine.forget(Forget::Image(id)).await.unwrap();
    assert_eq!(home.kept(), 0);
}

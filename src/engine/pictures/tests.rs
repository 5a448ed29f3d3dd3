use std::fs;
use std::time::Duration;

use futures_util::FutureExt as _;

use super::*;
use crate::domain::image::Form;
use crate::domain::whereabouts::Loss;

const SCALED: UploadSpec = UploadSpec::Scaled {
    side: 2,
    bytes: 10_000,
};

/// Pictures on a machine of two cores, and a home for what they need.
fn pictures() -> (tempfile::TempDir, Pictures) {
    let home = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(home.path()).unwrap().store);
    let thumbnails = Arc::new(Thumbnails::new(&home.path().join("cache")));
    let pictures = Pictures::new(store, thumbnails, 2, &|_| Workers::shared());
    (home, pictures)
}

fn cat(home: &tempfile::TempDir) -> ImageRef {
    let path = home.path().join("cat.png");
    image::RgbImage::new(4, 3).save(&path).unwrap();
    ImageRef::new(path)
}

/// The picture in this form, as a request gets it.
async fn prepare(
    pictures: &Pictures,
    image: &ImageRef,
    upload: UploadSpec,
) -> Result<Arc<Ready>, EngineError> {
    match pictures.find(image, upload, None).await? {
        Found::Ready(ready) => Ok(ready),
        Found::Undecoded => pictures.decoded(image, upload).await,
        Found::Stored(run) => panic!("nobody asked for {run:?}"),
    }
}

fn megapixels(count: u32) -> Size {
    Size {
        width: 1_000 * count,
        height: 1_000,
    }
}

#[tokio::test]
async fn large_pictures_wait_for_each_other() {
    let (_home, pictures) = pictures();
    let share = |size| {
        pictures
            .shares
            .take(size)
            .now_or_never()
            .map(Result::unwrap)
    };
    let larger_than_all = megapixels(pictures.shares.budget + 1);
    let one = share(larger_than_all).unwrap();
    assert!(share(megapixels(1)).is_none());
    drop(one);
    let small = share(megapixels(1)).unwrap();
    assert!(share(larger_than_all).is_none());
    drop(small);
    let shares = [1, 1, 1].map(|count| share(megapixels(count)));
    assert_eq!(shares.iter().flatten().count(), 2, "one a core");
}

#[tokio::test]
async fn a_picture_keeps_its_share_until_nobody_holds_its_pixels() {
    // The share was given back after the decode, while the pixels lived on.
    let (home, pictures) = pictures();
    let cat = cat(&home);
    let all = megapixels(pictures.shares.budget);
    let prepare = || pictures.decoded(&cat, UploadSpec::Nothing);
    let (one, other) = tokio::join!(prepare(), prepare());
    assert!(pictures.shares.take(all).now_or_never().is_none());
    drop(one);
    assert!(pictures.shares.take(all).now_or_never().is_none());
    assert!(pictures.shares.take(megapixels(1)).now_or_never().is_some());
    drop(other);
    assert!(pictures.shares.take(all).now_or_never().is_some());
}

#[tokio::test]
async fn an_upload_holds_no_share() {
    let (home, pictures) = pictures();
    let ready = prepare(&pictures, &cat(&home), SCALED).await.unwrap();
    assert!(matches!(&ready.form, Form::Upload(upload) if upload.size.width == 2));
    let all = pictures.shares.take(megapixels(pictures.shares.budget));
    assert!(all.now_or_never().is_some());
}

#[tokio::test]
async fn a_file_that_is_sent_as_it_is_does_not_wait_for_decodes() {
    let (home, pictures) = pictures();
    let cat = cat(&home);
    let _all = pictures
        .shares
        .take(megapixels(pictures.shares.budget))
        .await
        .unwrap();
    let ready = prepare(&pictures, &cat, UploadSpec::Original)
        .await
        .unwrap();
    let Form::Upload(upload) = &ready.form else {
        panic!("pixels are not sent");
    };
    assert_eq!(upload.bytes, fs::read(cat.path()).unwrap());
}

#[tokio::test]
async fn an_upload_is_made_once_though_the_first_model_ended_before_the_last_began() {
    let (home, pictures) = pictures();
    let cat = cat(&home);
    let first = prepare(&pictures, &cat, SCALED).await.unwrap();
    let made = Arc::downgrade(&first);
    drop(first);
    let last = prepare(&pictures, &cat, SCALED).await.unwrap();
    assert!(std::ptr::eq(made.as_ptr(), Arc::as_ptr(&last)));
}

#[tokio::test]
async fn a_file_that_goes_out_as_it_is_is_in_memory_once_and_only_meanwhile() {
    let (home, pictures) = pictures();
    let cat = cat(&home);
    let original = || prepare(&pictures, &cat, UploadSpec::Original);
    let first = original().await.unwrap();
    let second = original().await.unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    let read = Arc::downgrade(&first);
    drop((first, second));
    assert_eq!(read.strong_count(), 0);
}

#[tokio::test]
async fn each_form_of_a_picture_is_made_by_itself() {
    let (home, pictures) = pictures();
    let cat = cat(&home);
    let (pixels, scaled, original) = tokio::join!(
        prepare(&pictures, &cat, UploadSpec::Nothing),
        prepare(&pictures, &cat, SCALED),
        prepare(&pictures, &cat, UploadSpec::Original),
    );
    let (pixels, scaled, original) = (pixels.unwrap(), scaled.unwrap(), original.unwrap());
    assert_eq!((pixels.id, scaled.id), (original.id, original.id));
    assert!(matches!(pixels.form, Form::Pixels(_)));
    assert!(!Arc::ptr_eq(&scaled, &original));
}

#[tokio::test]
async fn an_upload_of_a_file_that_has_changed_is_made_anew() {
    let (home, pictures) = pictures();
    let cat = cat(&home);
    for spec in [SCALED, UploadSpec::Original] {
        let before = prepare(&pictures, &cat, spec).await.unwrap();
        let wide = 5 + before.facts.size.width;
        image::RgbImage::new(wide, 9).save(cat.path()).unwrap();
        let after = prepare(&pictures, &cat, spec).await.unwrap();
        assert_ne!(before.id, after.id);
        assert_eq!(after.facts.size.width, wide);
    }
}

#[tokio::test]
async fn whoever_stops_waiting_leaves_the_picture_to_the_others() {
    let (home, pictures) = pictures();
    let cat = cat(&home);
    for spec in [UploadSpec::Nothing, SCALED] {
        let all = pictures
            .shares
            .take(megapixels(pictures.shares.budget))
            .await
            .unwrap();
        let prepare = || Box::pin(pictures.decoded(&cat, spec));
        let (mut one, mut other, third) = (prepare(), prepare(), prepare());
        assert!((&mut one).now_or_never().is_none());
        assert!((&mut other).now_or_never().is_none());
        drop(one);
        drop(all);
        let (other, third) = tokio::join!(other, third);
        assert!(Arc::ptr_eq(&other.unwrap(), &third.unwrap()), "{spec:?}");
    }
    // A worker may give its share back a moment after its answer.
    let free = pictures.shares.take(megapixels(pictures.shares.budget));
    let free = tokio::time::timeout(Duration::from_secs(30), free).await;
    assert!(free.is_ok(), "nothing was left behind");
}

#[tokio::test]
async fn a_file_that_is_known_is_not_written_down_again() {
    let (home, pictures) = pictures();
    let cat = cat(&home);
    let id = pictures.identify(&cat).await.unwrap();
    let other = rusqlite::Connection::open(home.path().join("history.sqlite")).unwrap();
    let version = || -> i64 {
        let version = other.pragma_query_value(None, "data_version", |row| row.get(0));
        version.unwrap()
    };
    let before = version();
    for spec in [UploadSpec::Nothing, SCALED, UploadSpec::Original] {
        let ready = prepare(&pictures, &cat, spec).await.unwrap();
        assert_eq!(ready.id, id);
    }
    assert_eq!(version(), before);
    image::RgbImage::new(9, 9).save(cat.path()).unwrap();
    prepare(&pictures, &cat, SCALED).await.unwrap();
    assert_ne!(version(), before);
}

#[tokio::test]
async fn a_picture_is_found_where_it_lies_and_another_one_is_never_taken_for_it() {
    let (home, pictures) = pictures();
    let cat = cat(&home);
    let id = pictures.identify(&cat).await.unwrap();
    let whereabouts = async || pictures.locate(cat.clone(), id).await.unwrap();
    assert_eq!(whereabouts().await, Whereabouts::There);

    let there = ImageRef::new(home.path().join("there.png"));
    fs::rename(cat.path(), there.path()).unwrap();
    assert_eq!(whereabouts().await, Whereabouts::Lost(Loss::Gone));
    pictures.identify(&there).await.unwrap();
    assert_eq!(whereabouts().await, Whereabouts::Moved(there.clone()));

    image::RgbImage::new(9, 9).save(cat.path()).unwrap();
    assert_eq!(whereabouts().await, Whereabouts::Moved(there.clone()));
    // What history knows of the file is not true any more.
    fs::write(there.path(), "no picture").unwrap();
    assert_eq!(whereabouts().await, Whereabouts::Lost(Loss::Changed));
    fs::remove_file(cat.path()).unwrap();
    fs::create_dir(cat.path()).unwrap();
    assert_eq!(whereabouts().await, Whereabouts::Lost(Loss::Gone));
}

use super::super::samples::Exif as Block;
use super::*;

fn camera_of(block: &Block) -> Option<String> {
    let camera = read(block.bytes()).camera;
    camera.map(|camera| camera.raw().to_owned())
}

#[test]
fn the_maker_is_not_repeated() {
    let cases = [
        ("Canon", "Canon EOS 600D", "Canon EOS 600D"),
        ("NIKON CORPORATION", "NIKON D90", "NIKON D90"),
        ("Apple", "iPhone 12", "Apple iPhone 12"),
        ("  SONY  ", "DSC-W1\0\0  ", "SONY DSC-W1"),
        ("", "Pixel 7", "Pixel 7"),
        ("Leica", "  ", "Leica"),
    ];
    for (maker, model, expected) in cases {
        let block = Block::new().maker(maker).model(model);
        assert_eq!(camera_of(&block).as_deref(), Some(expected));
    }
    assert_eq!(camera_of(&Block::new().maker(" ").model("")), None);
    let long = camera_of(&Block::new().model(&"x".repeat(5000)));
    assert_eq!(long.unwrap().len(), MOST_NAME);
}

#[test]
fn the_date_is_when_it_was_taken_rather_than_changed() {
    let when = |block: &Block| read(block.bytes()).when.map(|when| when.to_string());
    let changed = Block::new().date("2020:01:02 03:04:05");
    assert_eq!(when(&changed).as_deref(), Some("2020-01-02T03:04:05"));
    let taken = changed.original_date("2014:05:02 13:00:59");
    assert_eq!(when(&taken).as_deref(), Some("2014-05-02T13:00:59"));
}

#[test]
fn dates_that_are_none_are_left_out() {
    let odd = [
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "2014:13:02 13:00:59",
        "2014:02:30 13:00:59",
        "0001:01:01 00:00:00",
        "yesterday",
        "",
    ];
    for text in odd {
        assert_eq!(
            read(Block::new().original_date(text).bytes()).when,
            None,
            "{text}"
        );
    }
}

#[test]
fn a_block_cut_off_anywhere_is_no_reason_to_stop() {
    let whole = Block::new()
        .maker("Canon")
        .model("Canon EOS 600D")
        .date("2020:01:02 03:04:05");
    let whole = whole.bytes();
    for length in 0..whole.len() {
        read(whole[..length].to_vec());
    }
    read(vec![0xff; 200]);
    let marked = [b"Exif\0\0".as_slice(), &whole].concat();
    assert!(read(marked).camera.is_some());
}

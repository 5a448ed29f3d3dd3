//! What a camera wrote about a picture. None of it is trusted: whatever is odd is left out.

use exif::{Exif, In, Reader, Tag, Value};
use jiff::civil::DateTime;

use crate::domain::text::Foreign;

/// When and with what a picture was taken.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) when: Option<DateTime>,
    pub(super) camera: Option<Foreign>,
}

/// JPEG cannot hold more; a larger block in another format is no camera's.
const MOST_BLOCK: usize = 64 * 1024;
/// Letters of a maker's or a model's name.
const MOST_NAME: usize = 60;

/// Reads the EXIF block of a picture: a TIFF structure, in some files behind the mark that JPEG
/// puts before it.
pub(super) fn read(block: Vec<u8>) -> Taken {
    let Some(exif) = parse(block) else {
        return Taken::default();
    };
    Taken {
        when: date(&exif, Tag::DateTimeOriginal).or_else(|| date(&exif, Tag::DateTime)),
        camera: camera(text(&exif, Tag::Make), text(&exif, Tag::Model)),
    }
}

/// The JPEG file within the block that shows the picture small (EXIF 3.0, 4.5.2), whatever it holds.
pub(super) fn thumbnail(block: Vec<u8>) -> Option<Vec<u8>> {
    let exif = parse(block)?;
    let number = |tag| exif.get_field(tag, In::THUMBNAIL)?.value.get_uint(0);
    let start = usize::try_from(number(Tag::JPEGInterchangeFormat)?).ok()?;
    let length = usize::try_from(number(Tag::JPEGInterchangeFormatLength)?).ok()?;
    let file = exif.buf().get(start..start.checked_add(length)?)?;
    Some(file.to_owned())
}

fn parse(mut block: Vec<u8>) -> Option<Exif> {
    if block.starts_with(b"Exif\0\0") {
        block.drain(..6);
    }
    if block.len() > MOST_BLOCK {
        return None;
    }
    let read = Reader::new().continue_on_error(true).read_raw(block);
    // A block with one bad field still has its good ones.
    read.or_else(|error| error.distill_partial_result(|_| {}))
        .ok()
}

/// The first line of a text field, its white space evened out; `None` where nothing is left.
fn text(exif: &Exif, tag: Tag) -> Option<String> {
    let Value::Ascii(lines) = &exif.get_field(tag, In::PRIMARY)?.value else {
        return None;
    };
    let line = String::from_utf8_lossy(lines.first()?);
    let words: Vec<_> = line
        .split(|letter: char| letter.is_whitespace() || letter == '\0')
        .filter(|word| !word.is_empty())
        .collect();
    (!words.is_empty()).then(|| words.join(" ").chars().take(MOST_NAME).collect())
}

/// Year, month and day apart by colons: EXIF 3.0, 4.6.6.
fn date(exif: &Exif, tag: Tag) -> Option<DateTime> {
    let when = DateTime::strptime("%Y:%m:%d %H:%M:%S", text(exif, tag)?).ok()?;
    (when.year() >= YEAR_OF_THE_OLDEST_PHOTOGRAPH).then_some(when)
}

const YEAR_OF_THE_OLDEST_PHOTOGRAPH: i16 = 1826;

/// "Canon" and "Canon EOS 600D" make "Canon EOS 600D", "Apple" and "iPhone 12" make
/// "Apple iPhone 12".
fn camera(maker: Option<String>, model: Option<String>) -> Option<Foreign> {
    let (Some(maker), Some(model)) = (&maker, &model) else {
        return maker.or(model).map(Foreign::new);
    };
    let first_word = |name: &str| name.split(' ').next().unwrap_or_default().to_lowercase();
    Some(if first_word(maker) == first_word(model) {
        Foreign::new(model.as_str())
    } else {
        Foreign::new(format!("{maker} {model}"))
    })
}

#[cfg(test)]
mod tests;

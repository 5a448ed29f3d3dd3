//! Telling formats apart, by name for listing and by content for decoding.

use std::ffi::OsStr;
use std::path::Path;

use crate::domain::image::Format;

/// What a name or a content promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// A picture in a format that is read here.
    Readable(Format),
    /// A picture in a format of this name, which is not read here.
    Unsupported(&'static str),
}

/// What the extension of `name` promises; `None` for anything but a picture.
pub fn by_name(name: &OsStr) -> Option<Promise> {
    use Promise::{Readable, Unsupported};
    let extension = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
    Some(match extension.as_str() {
        "jpg" | "jpeg" | "jpe" | "jfif" => Readable(Format::Jpeg),
        "png" | "apng" => Readable(Format::Png),
        "webp" => Readable(Format::WebP),
        "gif" => Readable(Format::Gif),
        "bmp" | "dib" => Readable(Format::Bmp),
        "tif" | "tiff" => Readable(Format::Tiff),
        "heic" | "heif" | "hif" => Unsupported(HEIC),
        "avif" => Unsupported(AVIF),
        "jxl" => Unsupported(JPEG_XL),
        "jp2" | "j2k" | "jpx" => Unsupported(JPEG_2000),
        "psd" => Unsupported(PHOTOSHOP),
        "3fr" | "arw" | "cr2" | "cr3" | "crw" | "dng" | "erf" | "iiq" | "kdc" | "mrw" | "nef"
        | "nrw" | "orf" | "pef" | "raf" | "rw2" | "rwl" | "sr2" | "srf" | "srw" | "x3f" => {
            Unsupported(CAMERA_RAW)
        }
        _ => return None,
    })
}

/// What the first bytes of a file promise (16 are enough); `None` for anything but a picture.
pub fn by_content(head: &[u8]) -> Option<Promise> {
    use Promise::{Readable, Unsupported};
    Some(match head {
        [0xff, 0xd8, 0xff, ..] => Readable(Format::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Readable(Format::Png),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Readable(Format::WebP),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Readable(Format::Gif),
        [b'B', b'M', ..] => Readable(Format::Bmp),
        // Canon's CR2 is a TIFF whose first page is a small preview.
        [b'I', b'I', 42, 0, _, _, _, _, b'C', b'R', ..] => Unsupported(CAMERA_RAW),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Readable(Format::Tiff),
        [b'I', b'I', b'R', b'O' | b'S', ..]
        | [b'M', b'M', b'O', b'R', ..]
        | [b'I', b'I', b'U', 0, ..]
        | [
            b'F',
            b'U',
            b'J',
            b'I',
            b'F',
            b'I',
            b'L',
            b'M',
            b'C',
            b'C',
            b'D',
            ..,
        ] => Unsupported(CAMERA_RAW),
        [_, _, _, _, b'f', b't', b'y', b'p', a, b, c, d, ..] => {
            return by_brand([*a, *b, *c, *d]).map(Unsupported);
        }
        [0xff, 0x0a, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Unsupported(JPEG_XL),
        [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] | [0xff, 0x4f, 0xff, 0x51, ..] => {
            Unsupported(JPEG_2000)
        }
        [b'8', b'B', b'P', b'S', ..] => Unsupported(PHOTOSHOP),
        _ => return None,
    })
}

const HEIC: &str = "HEIC";
const AVIF: &str = "AVIF";
const JPEG_XL: &str = "JPEG XL";
const JPEG_2000: &str = "JPEG 2000";
const PHOTOSHOP: &str = "Photoshop";
const CAMERA_RAW: &str = "camera raw";

/// The major brand of an ISO base media file (<https://mp4ra.org/registered-types/brands>);
/// films have others.
fn by_brand(brand: [u8; 4]) -> Option<&'static str> {
    match &brand {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => Some(HEIC),
        b"avif" | b"avis" => Some(AVIF),
        b"crx " => Some(CAMERA_RAW),
        _ => None,
    }
}

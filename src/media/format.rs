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

/// What the first 32 bytes of a file promise; `None` for anything but a picture.
pub fn by_content(head: &[u8]) -> Option<Promise> {
    let found = MARKS.iter().find(|(at, mark, _)| {
        let there = head.get(*at..at + mark.len());
        there == Some(*mark)
    });
    found
        .map(|(_, _, promise)| *promise)
        .or_else(|| is_bmp(head).then_some(Promise::Readable(Format::Bmp)))
}

const HEIC: &str = "HEIC";
const AVIF: &str = "AVIF";
const JPEG_XL: &str = "JPEG XL";
const JPEG_2000: &str = "JPEG 2000";
const PHOTOSHOP: &str = "Photoshop";
const CAMERA_RAW: &str = "camera raw";

/// Where a mark lies, the mark, and what it promises; the first that fits counts. Marks at 4 are
/// brands of ISO base media files (<https://mp4ra.org/registered-types/brands>); films have others.
const MARKS: [(usize, &[u8], Promise); 33] = [
    (0, b"\xff\xd8\xff", Promise::Readable(Format::Jpeg)),
    (0, b"\x89PNG\r\n\x1a\n", Promise::Readable(Format::Png)),
    (8, b"WEBP", Promise::Readable(Format::WebP)),
    (0, b"GIF87a", Promise::Readable(Format::Gif)),
    (0, b"GIF89a", Promise::Readable(Format::Gif)),
    // Canon's CR2 is a TIFF file with a mark of its own.
    (8, b"CR\x02\0", Promise::Unsupported(CAMERA_RAW)),
    (0, b"II*\0", Promise::Readable(Format::Tiff)),
    (0, b"MM\0*", Promise::Readable(Format::Tiff)),
    (0, b"II+\0", Promise::Readable(Format::Tiff)),
    (0, b"MM\0+", Promise::Readable(Format::Tiff)),
    (4, b"ftypheic", Promise::Unsupported(HEIC)),
    (4, b"ftypheix", Promise::Unsupported(HEIC)),
    (4, b"ftypheim", Promise::Unsupported(HEIC)),
    (4, b"ftypheis", Promise::Unsupported(HEIC)),
    (4, b"ftyphevc", Promise::Unsupported(HEIC)),
    (4, b"ftyphevx", Promise::Unsupported(HEIC)),
    (4, b"ftypmif1", Promise::Unsupported("HEIF")),
    (4, b"ftypmsf1", Promise::Unsupported("HEIF")),
    (4, b"ftypavif", Promise::Unsupported(AVIF)),
    (4, b"ftypavis", Promise::Unsupported(AVIF)),
    (4, b"ftypcrx ", Promise::Unsupported(CAMERA_RAW)),
    (0, b"IIRO", Promise::Unsupported(CAMERA_RAW)),
    (0, b"IIRS", Promise::Unsupported(CAMERA_RAW)),
    (0, b"MMOR", Promise::Unsupported(CAMERA_RAW)),
    (0, b"IIU\0", Promise::Unsupported(CAMERA_RAW)),
    (0, b"\0MRM", Promise::Unsupported(CAMERA_RAW)),
    (0, b"FOVb", Promise::Unsupported(CAMERA_RAW)),
    (0, b"FUJIFILMCCD-RAW", Promise::Unsupported(CAMERA_RAW)),
    (4, b"JXL \r\n", Promise::Unsupported(JPEG_XL)),
    (0, b"\xff\x0a", Promise::Unsupported(JPEG_XL)),
    (4, b"jP  \r\n", Promise::Unsupported(JPEG_2000)),
    (0, b"\xff\x4f\xff\x51", Promise::Unsupported(JPEG_2000)),
    (0, b"8BPS", Promise::Unsupported(PHOTOSHOP)),
];

/// Many texts begin with "BM"; a picture goes on with the size of its second header.
fn is_bmp(head: &[u8]) -> bool {
    head.starts_with(b"BM")
        && matches!(
            head.get(14..18),
            Some([12 | 16 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0])
        )
}

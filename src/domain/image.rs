//! A picture file: where it is, what it is, what it looks like.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

use super::text::Foreign;

/// Where a picture file is. The path is absolute and need not be UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageRef(PathBuf);

impl ImageRef {
    /// The picture at `path`, which must be absolute to mean the same everywhere.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The path itself, for opening the file.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The folder that holds the picture.
    pub fn folder(&self) -> &Path {
        self.0.parent().unwrap_or(Path::new("/"))
    }

    /// The name within the folder.
    pub fn name(&self) -> Foreign {
        Foreign::from_os(self.0.file_name().unwrap_or(self.0.as_os_str()))
    }
}

/// Which picture it is, wherever it lies: SHA-256 of the file's bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageId(pub [u8; 32]);

/// Lower-case hexadecimal, 64 letters.
impl fmt::Display for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What the file system says of a file; while it stays the same, so do the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// Number of the device.
    pub device: u64,
    /// Number of the file on the device.
    pub inode: u64,
    /// Size in bytes.
    pub size: u64,
    /// Last change, in nanoseconds since 1970 (UTC).
    pub modified_ns: i64,
}

/// A file format, told by content and not by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG, animated or not.
    Png,
    /// WebP, animated or not.
    WebP,
    /// GIF, animated or not.
    Gif,
    /// BMP.
    Bmp,
    /// TIFF, first page.
    Tiff,
}

impl Format {
    /// The format's name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
        }
    }

    /// The media type (<https://www.iana.org/assignments/media-types>).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
        }
    }
}

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// Columns of pixels, at least 1 in a decoded picture.
    pub width: u32,
    /// Rows of pixels, at least 1 in a decoded picture.
    pub height: u32,
}

impl Size {
    /// Number of pixels.
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// `451×300`.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}", self.width, self.height)
    }
}

/// What is known of a picture without looking at its pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFacts {
    /// By content.
    pub format: Format,
    /// As it is seen, turned by its EXIF orientation.
    pub size: Size,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// True where the file holds more than one frame; only the first is used.
    pub animated: bool,
    /// When it was taken, from EXIF, in the camera's own unnamed time zone.
    pub taken: Option<jiff::civil::DateTime>,
    /// Maker and model of the camera, from EXIF.
    pub camera: Option<Foreign>,
}

/// A decoded picture: rows from top to bottom, four bytes a pixel (red, green, blue, opacity; sRGB).
#[derive(Clone, PartialEq, Eq)]
pub struct Pixels {
    size: Size,
    rgba: Vec<u8>,
}

impl Pixels {
    /// `None` unless `rgba` holds exactly four bytes for each pixel of `size`.
    pub fn new(size: Size, rgba: Vec<u8>) -> Option<Self> {
        (rgba.len() as u64 == size.pixels() * 4).then_some(Self { size, rgba })
    }

    /// Width and height.
    pub fn size(&self) -> Size {
        self.size
    }

    /// All bytes, row by row.
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }

    /// Red, green, blue, opacity at column `x` and row `y`; black and clear outside the picture.
    pub fn at(&self, x: u32, y: u32) -> [u8; 4] {
        if x >= self.size.width || y >= self.size.height {
            return [0; 4];
        }
        let at = (y as usize * self.size.width as usize + x as usize) * 4;
        self.rgba
            .get(at..at + 4)
            .and_then(|pixel| pixel.try_into().ok())
            .unwrap_or([0; 4])
    }
}

impl fmt::Debug for Pixels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pixels({})", self.size)
    }
}

/// A picture as it goes out.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    /// The encoded picture.
    pub bytes: Bytes,
    /// Its format.
    pub format: Format,
    /// Its width and height in pixels.
    pub size: Size,
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (format, size, bytes) = (self.format.name(), self.size, self.bytes.len());
        write!(f, "Upload({format} {size} {bytes} B)")
    }
}

/// What a captioner is given of a picture.
#[derive(Clone, Debug)]
pub enum Form {
    /// What it looks like, turned by its EXIF orientation.
    Pixels(Arc<Pixels>),
    /// What is sent.
    Upload(Upload),
}

/// A picture made ready once for all models that want it in this form.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Which picture it is.
    pub id: ImageId,
    /// What is known of it.
    pub facts: ImageFacts,
    /// What a captioner is given.
    pub form: Form,
}

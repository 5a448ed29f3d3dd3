//! From a file to pixels.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read as _, Seek};
use std::path::Path;

use image::codecs::bmp::BmpDecoder;
use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::tiff::TiffDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageResult, Limits};

use super::format::{Promise, by_content, by_name};
use super::{MediaError, exif, gif, jpeg, open};
use crate::domain::image::{Format, ImageFacts, Pixels, Size};

/// A picture of more pixels is refused before memory is taken for it.
pub const MOST_PIXELS: u64 = 64_000_000;
/// A file of more bytes is refused before it is read: more than [`MOST_PIXELS`] need in the most
/// generous format, 16 bytes each.
pub const MOST_BYTES: u64 = 1 << 30;
/// What a decoder may take for the pixels and for its own work.
const MOST_MEMORY: u64 = MOST_BYTES + (256 << 20);
/// Bytes that tell the format.
const HEAD: u64 = 32;

/// Reads headers and EXIF only; of a GIF also where its first frames end.
///
/// # Errors
/// The file cannot be read, is no picture in a format that is read here, or is too large.
/// A picture that is cut off or damaged behind its headers is none of these: only [`decode`] sees
/// that.
pub fn inspect(path: &Path) -> Result<ImageFacts, MediaError> {
    let (picture, reader) = Picture::begin(path)?;
    picture.inspect(reader)
}

/// The first frame, turned by its EXIF orientation. Colours are taken as sRGB, whatever profile
/// the file holds.
///
/// # Errors
/// The file cannot be read, or it is no whole picture in a format that is read here.
pub fn decode(path: &Path) -> Result<(ImageFacts, Pixels), MediaError> {
    let Unturned {
        picture,
        mut image,
        orientation,
        facts,
    } = unturned(path)?;
    image.apply_orientation(orientation);
    match Pixels::new(facts.size, image.into_rgba8().into_raw()) {
        Some(pixels) => Ok((facts, pixels)),
        None => Err(picture.refused(no_pixels())),
    }
}

/// A picture as it lies in its file: for whoever scales it, since turning takes its memory twice.
pub(super) struct Unturned<'a> {
    picture: Picture<'a>,
    pub(super) image: DynamicImage,
    /// How it is meant to be seen.
    pub(super) orientation: Orientation,
    pub(super) facts: ImageFacts,
}

/// As [`decode`], but neither turned nor brought to one layout.
pub(super) fn unturned(path: &Path) -> Result<Unturned<'_>, MediaError> {
    let (picture, reader) = Picture::begin(path)?;
    let bytes = picture.read(reader)?;
    picture.unturned(&bytes)
}

/// A file that promises to be a picture.
pub(super) struct Picture<'a> {
    path: &'a Path,
    /// Size of the file.
    pub(super) bytes: u64,
    pub(super) format: Format,
}

/// A picture whose headers were read.
pub(super) struct Opened<'a> {
    pub(super) decoder: Box<dyn ImageDecoder + 'a>,
    /// How it is meant to be seen.
    pub(super) orientation: Orientation,
    pub(super) facts: ImageFacts,
}

impl<'a> Picture<'a> {
    /// Tells the format by the first bytes; the reader stands before them.
    pub(super) fn begin(path: &'a Path) -> Result<(Self, BufReader<File>), MediaError> {
        let (mut file, meta) = open(path)?;
        let bytes = meta.len();
        let whole = || path.to_owned();
        match bytes {
            0 => return Err(MediaError::Empty(whole())),
            1..=MOST_BYTES => {}
            _ => {
                return Err(MediaError::TooManyBytes {
                    path: whole(),
                    bytes,
                });
            }
        }
        let mut head = Vec::new();
        let read = file.by_ref().take(HEAD).read_to_end(&mut head);
        read.and_then(|_| file.rewind())
            .map_err(|cause| MediaError::from_io(path, cause))?;
        let by_name = path.file_name().and_then(by_name);
        let format = match (by_content(&head), by_name) {
            // Many raw formats are TIFF files whose first page is a small preview.
            (Some(Promise::Readable(Format::Tiff)), Some(Promise::Unsupported(format)))
            | (Some(Promise::Unsupported(format)), _) => {
                return Err(MediaError::UnsupportedFormat {
                    path: whole(),
                    format,
                });
            }
            (Some(Promise::Readable(format)), _) => format,
            (None, _) => return Err(MediaError::NotAPicture(whole())),
        };
        if format == Format::WebP && riff_length(&head).is_some_and(|length| bytes < length) {
            return Err(MediaError::Truncated(whole()));
        }
        let picture = Self {
            path,
            bytes,
            format,
        };
        Ok((picture, BufReader::new(file)))
    }

    /// Reads the whole file, as long as it was when it was opened.
    pub(super) fn read(&self, reader: BufReader<File>) -> Result<Vec<u8>, MediaError> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.bytes).unwrap_or_default());
        let read = reader.take(self.bytes).read_to_end(&mut bytes);
        read.map_err(|cause| self.unread(cause))?;
        let is_cut = (bytes.len() as u64) < self.bytes
            || self.format == Format::Jpeg && !jpeg::is_whole(&bytes);
        if is_cut {
            return Err(MediaError::Truncated(self.path.to_owned()));
        }
        Ok(bytes)
    }

    /// What its headers tell; the reader stands before them.
    pub(super) fn inspect(&self, reader: impl BufRead + Seek) -> Result<ImageFacts, MediaError> {
        Ok(self.headers(reader)?.facts)
    }

    /// The picture as it lies in the file, whose bytes these are.
    pub(super) fn unturned(self, bytes: &[u8]) -> Result<Unturned<'a>, MediaError> {
        let Opened {
            decoder,
            orientation,
            facts,
        } = self.open(Cursor::new(bytes))?;
        let image = DynamicImage::from_decoder(decoder).map_err(|error| self.refused(error))?;
        Ok(Unturned {
            picture: self,
            image,
            orientation,
            facts,
        })
    }

    /// The decoder as far as the headers go: what follows may be missing.
    pub(super) fn headers<'r>(
        &self,
        mut reader: impl BufRead + Seek + 'r,
    ) -> Result<Opened<'r>, MediaError> {
        match self.format {
            // The decoder would read the whole file.
            Format::Jpeg => {
                let head = jpeg::head(&mut reader).map_err(|cause| self.unread(cause))?;
                self.open(Cursor::new(head))
            }
            _ => self.open(reader),
        }
    }

    fn open<'r>(&self, reader: impl BufRead + Seek + 'r) -> Result<Opened<'r>, MediaError> {
        let (mut decoder, animated) =
            decoder(self.format, reader).map_err(|error| self.refused(error))?;
        let (width, height) = decoder.dimensions();
        let raw = Size { width, height };
        match raw.pixels() {
            0 => return Err(self.refused(no_pixels())),
            1..=MOST_PIXELS => {}
            _ => {
                return Err(MediaError::TooManyPixels {
                    path: self.path.to_owned(),
                    size: raw,
                });
            }
        }
        decoder
            .set_limits(limits())
            .map_err(|error| self.refused(error))?;
        let taken = decoder.exif_metadata().ok().flatten();
        let taken = taken.map(exif::read).unwrap_or_default();
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let facts = ImageFacts {
            format: self.format,
            size: turned(raw, orientation),
            bytes: self.bytes,
            animated,
            taken: taken.when,
            camera: taken.camera,
        };
        Ok(Opened {
            decoder,
            orientation,
            facts,
        })
    }

    fn unread(&self, cause: io::Error) -> MediaError {
        self.refused(ImageError::IoError(cause))
    }

    fn refused(&self, error: ImageError) -> MediaError {
        let path = self.path.to_owned();
        match error {
            ImageError::IoError(cause) if cause.raw_os_error().is_some() => {
                MediaError::from_io(self.path, cause)
            }
            ImageError::Unsupported(cause) => MediaError::UnsupportedKind { path, cause },
            error if is_early_end(&error) => MediaError::Truncated(path),
            cause => MediaError::Damaged { path, cause },
        }
    }
}

/// A RIFF file begins with the number of bytes behind the eighth.
fn riff_length(head: &[u8]) -> Option<u64> {
    let length = head.get(4..8)?.try_into().ok()?;
    Some(u64::from(u32::from_le_bytes(length)) + 8)
}

/// The decoder, and whether it knows of a second frame.
fn decoder<'r>(
    format: Format,
    mut reader: impl BufRead + Seek + 'r,
) -> ImageResult<(Box<dyn ImageDecoder + 'r>, bool)> {
    Ok(match format {
        Format::Jpeg => (Box::new(JpegDecoder::new(reader)?), false),
        Format::Png => {
            let decoder = PngDecoder::with_limits(reader, limits())?;
            let animated = decoder.is_apng()?;
            (Box::new(decoder), animated)
        }
        Format::WebP => {
            let decoder = WebPDecoder::new(reader)?;
            let animated = decoder.has_animation();
            (Box::new(decoder), animated)
        }
        Format::Gif => {
            let animated = gif::is_animated(&mut reader)?;
            reader.rewind()?;
            (Box::new(GifDecoder::new(reader)?), animated)
        }
        Format::Bmp => (Box::new(BmpDecoder::new(reader)?), false),
        Format::Tiff => (Box::new(TiffDecoder::new(reader)?), false),
    })
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

/// The size of a picture when it is turned, or, of a turned one, as it lies in its file.
pub(super) fn turned(size: Size, orientation: Orientation) -> Size {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    match orientation {
        Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH => Size {
            width: size.height,
            height: size.width,
        },
        _ => size,
    }
}

fn is_early_end(error: &ImageError) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let io = match error.downcast_ref() {
            Some(ImageError::IoError(io)) => Some(io),
            _ => error.downcast_ref::<io::Error>(),
        };
        if io.is_some_and(|io| io.kind() == io::ErrorKind::UnexpectedEof) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// A picture that claims to have no columns or no rows.
fn no_pixels() -> ImageError {
    use image::error::{ParameterError, ParameterErrorKind};
    ImageError::Parameter(ParameterError::from_kind(
        ParameterErrorKind::DimensionMismatch,
    ))
}

#[cfg(test)]
mod tests;

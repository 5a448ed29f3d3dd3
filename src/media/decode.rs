//! From a file to pixels.

use std::error::Error;
use std::fs::Metadata;
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

/// Reads headers and EXIF only; of a GIF also where its first frames end.
///
/// # Errors
/// The file cannot be read, is no picture in a format that is read here, or is too large.
/// A picture that is cut off or damaged behind its headers is none of these: only [`decode`] sees
/// that.
pub fn inspect(path: &Path) -> Result<ImageFacts, MediaError> {
    let (file, meta) = open(path)?;
    let picture = Picture { path, meta };
    let mut reader = BufReader::new(file);
    let format = picture.format(&mut reader)?;
    let opened = match format {
        // The decoder would read the whole file.
        Format::Jpeg => {
            let head = jpeg::head(&mut reader).map_err(|cause| picture.unread(cause))?;
            picture.open(format, Cursor::new(head))
        }
        _ => picture.open(format, reader),
    };
    Ok(opened?.facts)
}

/// The first frame, turned by its EXIF orientation. Colours are taken as sRGB, whatever profile
/// the file holds.
///
/// # Errors
/// The file cannot be read, or it is no whole picture in a format that is read here.
pub fn decode(path: &Path) -> Result<(ImageFacts, Pixels), MediaError> {
    let (file, meta) = open(path)?;
    let picture = Picture { path, meta };
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|cause| picture.unread(cause))?;
    let format = picture.format(&mut Cursor::new(&bytes))?;
    if format == Format::Jpeg && !jpeg::is_whole(&bytes) {
        return Err(MediaError::Truncated(path.to_owned()));
    }
    let Opened {
        decoder,
        orientation,
        facts,
    } = picture.open(format, Cursor::new(&bytes))?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| picture.refused(error))?;
    image.apply_orientation(orientation);
    match Pixels::new(facts.size, image.into_rgba8().into_raw()) {
        Some(pixels) => Ok((facts, pixels)),
        None => Err(picture.refused(no_pixels())),
    }
}

/// A file on its way to become a picture.
struct Picture<'a> {
    path: &'a Path,
    meta: Metadata,
}

/// A picture whose headers were read.
struct Opened<'a> {
    decoder: Box<dyn ImageDecoder + 'a>,
    orientation: Orientation,
    facts: ImageFacts,
}

impl Picture<'_> {
    /// Tells the format by the first bytes and goes back to the start.
    fn format(&self, reader: &mut (impl BufRead + Seek)) -> Result<Format, MediaError> {
        let path = || self.path.to_owned();
        match self.meta.len() {
            0 => return Err(MediaError::Empty(path())),
            bytes if bytes > MOST_BYTES => {
                return Err(MediaError::TooManyBytes {
                    path: path(),
                    bytes,
                });
            }
            _ => {}
        }
        let mut head = Vec::new();
        reader
            .take(32)
            .read_to_end(&mut head)
            .and_then(|_| reader.rewind())
            .map_err(|cause| self.unread(cause))?;
        let by_name = self.path.file_name().and_then(by_name);
        match (by_content(&head), by_name) {
            // Many raw formats are TIFF files whose first page is a small preview.
            (Some(Promise::Readable(Format::Tiff)), Some(Promise::Unsupported(format)))
            | (Some(Promise::Unsupported(format)), _) => Err(MediaError::UnsupportedFormat {
                path: path(),
                format,
            }),
            (Some(Promise::Readable(Format::WebP)), _) if self.is_shorter_than_it_says(&head) => {
                Err(MediaError::Truncated(path()))
            }
            (Some(Promise::Readable(format)), _) => Ok(format),
            (None, _) => Err(MediaError::NotAPicture(path())),
        }
    }

    /// A RIFF file begins with its own length, less eight.
    fn is_shorter_than_it_says(&self, head: &[u8]) -> bool {
        let length = head.get(4..8).and_then(|length| length.try_into().ok());
        length.is_some_and(|length| self.meta.len() < u64::from(u32::from_le_bytes(length)) + 8)
    }

    fn open<'r>(
        &self,
        format: Format,
        reader: impl BufRead + Seek + 'r,
    ) -> Result<Opened<'r>, MediaError> {
        let (mut decoder, animated) =
            decoder(format, reader).map_err(|error| self.refused(error))?;
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
            format,
            size: turned(raw, orientation),
            bytes: self.meta.len(),
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

fn turned(size: Size, orientation: Orientation) -> Size {
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

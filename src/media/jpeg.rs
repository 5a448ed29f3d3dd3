//! What is done with JPEG beyond decoding it whole: as much of it as tells where its headers end and
//! whether its end is there (ITU-T T.81, annex B), and a small picture of a large file.

use std::io::{self, BufRead, Read as _};
use std::panic::catch_unwind;

use image::{DynamicImage, GrayImage, RgbImage};
use jpeg_decoder::{CodingProcess, Decoder, PixelFormat};

use crate::domain::image::Size;

const START_OF_IMAGE: u8 = 0xd8;
const END_OF_IMAGE: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;

/// Reads up to the start of the first scan: all that a decoder needs to tell size and metadata,
/// without the megabytes that follow.
///
/// # Errors
/// The file ends before its first scan, or cannot be read.
pub(super) fn head(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !matches!(segment(reader, &mut head)?, START_OF_SCAN | END_OF_IMAGE) {}
    Ok(head)
}

/// True where the picture's own end mark is there, whatever follows it. Decoders fill what is
/// missing with grey and say nothing.
pub(super) fn is_whole(mut file: &[u8]) -> bool {
    loop {
        match segment(&mut file, &mut io::sink()) {
            Ok(END_OF_IMAGE) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

/// Copies the next marker and its parameters to `copy`, and tells the marker. What lies before it,
/// the pixels of a scan, is passed over.
fn segment(reader: &mut impl BufRead, copy: &mut impl io::Write) -> io::Result<u8> {
    let marker = loop {
        reader.skip_until(0xff)?;
        match byte(reader)? {
            // Not a marker but the value 255 within a scan, or padding.
            0x00 | 0xff => {}
            marker => break marker,
        }
    };
    copy.write_all(&[0xff, marker])?;
    if !matches!(marker, 0x01 | 0xd0..=0xd7 | START_OF_IMAGE | END_OF_IMAGE) {
        let length = [byte(reader)?, byte(reader)?];
        copy.write_all(&length)?;
        let rest = u64::from(u16::from_be_bytes(length)).saturating_sub(2);
        if io::copy(&mut reader.take(rest), copy)? < rest {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(marker)
}

/// The picture at a half, a quarter or an eighth of its `size`, both sides no shorter than those of
/// `target`; not turned. Of each block of 64 values only as many are computed as are kept.
///
/// `None` where the whole is wanted, and for rare kinds and damaged files: the exact decoder shows
/// them, or tells what is wrong.
pub(super) fn reduced(file: &[u8], size: Size, target: Size) -> Option<DynamicImage> {
    let eighths = [1, 2, 4].into_iter().find(|&eighths| {
        let part = part_of(size, eighths);
        part.width >= target.width && part.height >= target.height
    })?;
    if is_plain_rgb(file) {
        return None;
    }
    // This decoder was made for files in good order, and not all of its promises are checked.
    let decoded = catch_unwind(|| decode_part(file, part_of(size, eighths)));
    decoded.ok().flatten()
}

fn decode_part(file: &[u8], part: Size) -> Option<DynamicImage> {
    let mut decoder = Decoder::new(file);
    decoder.read_info().ok()?;
    if decoder.info()?.coding_process == CodingProcess::Lossless {
        return None;
    }
    // It asks for the smallest part that is large enough in one direction: the long one.
    let (width, height) = if part.width >= part.height {
        (u16::try_from(part.width).ok()?, u16::MAX)
    } else {
        (u16::MAX, u16::try_from(part.height).ok()?)
    };
    let (width, height) = decoder.scale(width, height).ok()?;
    let (width, height) = (u32::from(width), u32::from(height));
    if (Size { width, height }) != part {
        return None;
    }
    let format = decoder.info()?.pixel_format;
    let pixels = decoder.decode().ok()?;
    match format {
        PixelFormat::RGB24 => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
        PixelFormat::L8 => GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
        PixelFormat::L16 | PixelFormat::CMYK32 => None,
    }
}

/// So many eighths of a size, rounded up as decoders do.
fn part_of(size: Size, eighths: u32) -> Size {
    let part = |length: u32| length.saturating_mul(eighths).div_ceil(8);
    Size {
        width: part(size.width),
        height: part(size.height),
    }
}

/// True where Adobe's mark says that colours are stored as they are: the decoder of parts looks at
/// the names of the channels first, and would take them for brightness and tint.
fn is_plain_rgb(mut file: &[u8]) -> bool {
    let head = head(&mut file).unwrap_or_default();
    let mark = b"\xff\xee\x00\x0eAdobe";
    let at = head.windows(mark.len()).position(|bytes| bytes == mark);
    at.is_some_and(|at| head.get(at + 15) == Some(&0))
}

fn byte(reader: &mut impl BufRead) -> io::Result<u8> {
    let mut byte = [0];
    reader.read_exact(&mut byte)?;
    Ok(u8::from_be_bytes(byte))
}

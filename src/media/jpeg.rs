//! What is done with JPEG beyond decoding it whole: as much of it as tells where its headers end and
//! whether its end is there (ITU-T T.81, annex B), the picture without what else its file tells, and
//! a small picture of a large file.

use std::io::{self, BufRead, Read as _};
use std::panic::catch_unwind;

use image::{DynamicImage, GrayImage, RgbImage};
use jpeg_decoder::{CodingProcess, Decoder, PixelFormat};

use crate::domain::image::Size;

const BASELINE: u8 = 0xc0;
const PROGRESSIVE: u8 = 0xc2;
const HUFFMAN: u8 = 0xc4;
const RESTARTS_FIRST: u8 = 0xd0;
const RESTARTS_LAST: u8 = 0xd7;
const START_OF_IMAGE: u8 = 0xd8;
const END_OF_IMAGE: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;
const QUANTIZATION: u8 = 0xdb;
const RESTART_INTERVAL: u8 = 0xdd;
const JFIF: u8 = 0xe0;
const ADOBE: u8 = 0xee;
const LAST_OF_APPLICATIONS: u8 = 0xef;
const COMMENT: u8 = 0xfe;

/// The mark of JFIF (ITU-T T.871, 10.1) with neither density nor thumbnail.
const PLAIN_JFIF: &[u8] = b"\xff\xe0\x00\x10JFIF\0\x01\x01\x00\x00\x01\x00\x01\x00\x00";

/// Reads up to the start of the first scan: all that a decoder needs to tell size and metadata,
/// without Huffman tables and the megabytes that follow.
///
/// # Errors
/// The file ends before its first scan, or cannot be read.
pub(super) fn head(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    loop {
        let at = head.len();
        match segment(reader, &mut head)? {
            START_OF_SCAN | END_OF_IMAGE => return Ok(head),
            HUFFMAN => head.truncate(at),
            _ => {}
        }
    }
}

/// True where the picture's own end mark is there, whatever follows it. Decoders fill what is
/// missing with grey and say nothing.
pub(super) fn is_whole(mut file: &[u8]) -> bool {
    loop {
        match segment(&mut file, &mut io::sink()) {
            Ok(END_OF_IMAGE) => return true,
            // No scan has this pair in it, so the megabytes between need not be looked through.
            Ok(START_OF_SCAN) if file.ends_with(&[0xff, END_OF_IMAGE]) => return true,
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
    if !matches!(
        marker,
        0x01 | RESTARTS_FIRST..=RESTARTS_LAST | START_OF_IMAGE | END_OF_IMAGE
    ) {
        let length = [byte(reader)?, byte(reader)?];
        copy.write_all(&length)?;
        let rest = u64::from(u16::from_be_bytes(length)).saturating_sub(2);
        if io::copy(&mut reader.take(rest), copy)? < rest {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(marker)
}

/// The same picture without what else its file tells: place and camera, thumbnails, comments,
/// profiles, whatever follows its end. Not a pixel changes.
///
/// `None` for kinds that not everybody shows alike: other than grey or three colours of eight bits
/// each, lossless, arithmetic.
pub(super) fn bare(mut file: &[u8]) -> Option<Vec<u8>> {
    let mut bare = Vec::with_capacity(file.len());
    let mut is_in_scan = false;
    loop {
        let (pixels, marker) = up_to_marker(&mut file)?;
        if is_in_scan {
            bare.extend_from_slice(pixels);
        }
        let parameters = match marker {
            RESTARTS_FIRST..=RESTARTS_LAST | START_OF_IMAGE | END_OF_IMAGE => &[][..],
            _ => {
                let length = usize::from(u16::from_be_bytes(*file.first_chunk()?));
                file.split_off(..length)?
            }
        };
        let keep = |bare: &mut Vec<u8>| {
            bare.extend_from_slice(&[0xff, marker]);
            bare.extend_from_slice(parameters);
        };
        match marker {
            BASELINE..=PROGRESSIVE if !is_shown_by_all(parameters) => return None,
            // How its colours are stored.
            JFIF if parameters.get(2..7) == Some(b"JFIF\0") => bare.extend_from_slice(PLAIN_JFIF),
            ADOBE if parameters.get(2..7) == Some(b"Adobe") => keep(&mut bare),
            JFIF..=LAST_OF_APPLICATIONS | COMMENT => {}
            BASELINE..=PROGRESSIVE
            | HUFFMAN
            | RESTARTS_FIRST..=RESTARTS_LAST
            | START_OF_IMAGE..=QUANTIZATION
            | RESTART_INTERVAL => keep(&mut bare),
            _ => return None,
        }
        is_in_scan = matches!(marker, START_OF_SCAN | RESTARTS_FIRST..=RESTARTS_LAST);
        if marker == END_OF_IMAGE {
            return Some(bare);
        }
    }
}

/// Takes all up to the next marker, and tells what lies before it.
fn up_to_marker<'a>(file: &mut &'a [u8]) -> Option<(&'a [u8], u8)> {
    // The value 255 within a scan, and padding, are no markers.
    let is_marker = |pair: &[u8]| pair.first() == Some(&0xff) && !matches!(pair, [_, 0x00 | 0xff]);
    let at = file.windows(2).position(is_marker)?;
    let before = file.split_off(..at)?;
    let marker = file.split_off(..2)?;
    Some((before, *marker.last()?))
}

/// True of a frame header (T.81, B.2.2) of eight bits a value and one or three of them a pixel.
fn is_shown_by_all(frame: &[u8]) -> bool {
    frame.get(2) == Some(&8) && matches!(frame.get(7), Some(1 | 3))
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

//! As much of JPEG as tells where its headers end and whether its end is there
//! (ITU-T T.81, annex B).

use std::io::{self, BufRead, Read as _};

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

fn byte(reader: &mut impl BufRead) -> io::Result<u8> {
    let mut byte = [0];
    reader.read_exact(&mut byte)?;
    Ok(u8::from_be_bytes(byte))
}

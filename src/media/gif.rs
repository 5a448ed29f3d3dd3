//! As much of GIF as tells whether there is a second frame, without decoding the first
//! (<https://www.w3.org/Graphics/GIF/spec-gif89a.txt>).

use std::io::{self, BufRead, Read as _};

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2c;

/// True where there is a second frame.
///
/// # Errors
/// The file ends within its first frame, or cannot be read.
pub(super) fn is_animated(mut reader: impl BufRead) -> io::Result<bool> {
    // The signature, then the screen: its fifth byte tells of a palette for all frames.
    let head: [u8; 13] = bytes(&mut reader)?;
    skip(&mut reader, palette(head[10]))?;
    let first = skip_frame(&mut reader)?;
    Ok(first && skip_frame(&mut reader).unwrap_or(false))
}

/// Goes behind the next frame; false where there is none.
fn skip_frame(reader: &mut impl BufRead) -> io::Result<bool> {
    loop {
        match bytes(reader)? {
            [EXTENSION] => {
                skip(reader, 1)?;
                skip_blocks(reader)?;
            }
            [IMAGE] => {
                let frame: [u8; 9] = bytes(reader)?;
                // The frame's own palette, then the width of its shortest code.
                skip(reader, palette(frame[8]) + 1)?;
                skip_blocks(reader)?;
                return Ok(true);
            }
            _ => return Ok(false),
        }
    }
}

/// Goes behind blocks that tell their length first, up to an empty one.
fn skip_blocks(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let [length] = bytes(reader)?;
        if length == 0 {
            return Ok(());
        }
        skip(reader, length.into())?;
    }
}

/// Bytes of the palette that these flags announce.
fn palette(flags: u8) -> u64 {
    match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    }
}

fn bytes<const N: usize>(reader: &mut impl BufRead) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn skip(reader: &mut impl BufRead, count: u64) -> io::Result<()> {
    if io::copy(&mut reader.take(count), &mut io::sink())? < count {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

//! iTerm2's protocol (<https://iterm2.com/documentation-images.html>): a file within a sequence,
//! spoken by `WezTerm`, mintty, Konsole, rio and Warp as well.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, RgbaImage};

use super::kitty;
use super::order::Order;

/// No difference is seen at the size of a pane.
const QUALITY: u8 = 88;

/// The sequence of a picture.
///
/// This is ours, not viuer's: viuer goes by the environment alone, which is not forwarded by ssh
/// and cannot be answered for, and it sends PNG where the same picture as JPEG is a fifth of it.
pub(super) fn encode(picture: RgbaImage, order: &Order) -> Option<Vec<u8>> {
    let is_opaque = picture.pixels().all(|pixel| pixel.0[3] == 255);
    let file = if is_opaque {
        jpeg(&picture)?
    } else {
        kitty::png(picture)?
    };
    let ((columns, rows), size) = (order.key.cells, file.len());
    let file = STANDARD.encode(file);
    let sequence = format!(
        "\x1b]1337;File=inline=1;preserveAspectRatio=1;size={size};width={columns};\
         height={rows}:{file}\x07"
    );
    Some(sequence.into_bytes())
}

fn jpeg(picture: &RgbaImage) -> Option<Vec<u8>> {
    let mut file = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageRgba8(picture.clone()).into_rgb8();
    let encoder = JpegEncoder::new_with_quality(&mut file, QUALITY);
    picture.write_with_encoder(encoder).ok()?;
    Some(file.into_inner())
}

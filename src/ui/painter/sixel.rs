//! Sixel, as DEC's VT340 printed it: pixels as letters, six rows a line.

use image::imageops::{FilterType::Triangle, resize};
use image::{DynamicImage, RgbaImage};

use super::fit::{SIXEL_CELL, in_steps};
use super::order::{Order, times};
use super::palette;
use super::press::Press;

use crate::domain::image::Size;

/// The sequence of a picture, brought to a share of the size it was to have on the screen:
/// this protocol shows every pixel as it is, so fewer of them are a smaller picture.
pub(super) fn encode(
    press: &Press,
    picture: &RgbaImage,
    order: &Order,
    share: f64,
) -> Option<Vec<u8>> {
    let whole = order.key.pixels;
    let room = Size {
        width: times(whole.width, share),
        height: times(whole.height, share),
    };
    let size = in_steps(whole, room)?;
    let config = viuer::Config {
        absolute_offset: false,
        width: Some(size.width / SIXEL_CELL.width),
        height: Some(size.height / SIXEL_CELL.height),
        ..viuer::Config::default()
    };
    let mut picture = resize(
        &on_white(picture.clone()),
        size.width,
        size.height,
        Triangle,
    );
    let palette = palette::reduce(&mut picture);
    let picture = DynamicImage::ImageRgba8(picture);
    let printed = press.print(&picture, &config).ok()?;
    let text = String::from_utf8_lossy(&printed);
    let from = text.find("\x1bP")?;
    let length = text.get(from..)?.find("\x1b\\")? + 2;
    let sequence = text.get(from..from + length)?;
    Some(palette.put_back(sequence).into_bytes())
}

/// viuer's sixel shows what lies hidden behind clear pixels. White is what a captioner sees there.
fn on_white(mut picture: RgbaImage) -> RgbaImage {
    for pixel in picture.pixels_mut() {
        let [red, green, blue, opacity] = pixel.0;
        let over = |colour: u8| {
            let (colour, opacity) = (u16::from(colour), u16::from(opacity));
            let sum = colour * opacity + 255 * (255 - opacity);
            u8::try_from((sum + 127) / 255).unwrap_or(u8::MAX)
        };
        pixel.0 = [over(red), over(green), over(blue), 255];
    }
    picture
}

use proptest::prelude::*;

use super::*;

fn size(width: u32, height: u32) -> Size {
    Size { width, height }
}

fn plain(size: Size, pixel: [u8; 4]) -> Pixels {
    let count = usize::try_from(size.pixels()).unwrap();
    Pixels::new(size, pixel.repeat(count)).unwrap()
}

#[test]
fn proportions_are_kept_and_small_pictures_stay_as_they_are() {
    let cases = [
        ((400, 300), (100, 100), (100, 75)),
        ((300, 400), (100, 100), (75, 100)),
        ((400, 300), (1000, 30), (40, 30)),
        ((10, 10), (100, 100), (10, 10)),
        ((1000, 1), (100, 100), (100, 1)),
        ((1, 1000), (3, 7), (1, 7)),
        ((400, 300), (0, 0), (1, 1)),
    ];
    for ((width, height), (most_wide, most_high), (expected_width, expected_height)) in cases {
        let picture = plain(size(width, height), [1, 2, 3, 255]);
        let small = fit(&picture, size(most_wide, most_high));
        assert_eq!(small.size(), size(expected_width, expected_height));
        assert_eq!(small.at(0, 0), [1, 2, 3, 255]);
    }
}

#[test]
fn what_cannot_be_seen_gives_no_colour() {
    let mut rgba = Vec::new();
    for index in 0..64 {
        let hidden_green = [0, 255, 0, 0];
        rgba.extend(if index % 2 == 0 {
            hidden_green
        } else {
            [200, 0, 0, 255]
        });
    }
    let picture = Pixels::new(size(8, 8), rgba).unwrap();
    let [red, green, _, _] = fit(&picture, size(2, 2)).at(0, 0);
    assert!(green < 5 && red > 190, "{red} {green}");
}

proptest! {
    // A file of failures found would lie beside the sources.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_result_fits_and_is_the_largest_that_does(
        width in 1..200u32, height in 1..200u32, most_wide in 1..200u32, most_high in 1..200u32,
    ) {
        let small = fitted(size(width, height), size(most_wide, most_high));
        prop_assert!(small.width <= most_wide && small.height <= most_high);
        prop_assert!(small.width >= 1 && small.height >= 1);
        let touches = small.width == most_wide || small.height == most_high;
        prop_assert!(touches || small == size(width, height));
    }
}

use super::*;

#[test]
fn a_strength_stands_between_the_ends_of_its_interval() {
    let strength = |value, low, high| Estimate { value, low, high };
    let scale = (-100.0, 100.0);
    assert_eq!(bar(strength(0.0, -100.0, 100.0), scale, 11), "├────●────┤");
    assert_eq!(bar(strength(50.0, 0.0, 100.0), scale, 11), "·····├─●──┤");
    assert_eq!(bar(strength(0.0, 0.0, 0.0), scale, 11), "·····●·····");
    assert_eq!(bar(strength(0.0, 0.0, 0.0), (0.0, 0.0), 3), "●··");
    assert_eq!(bar(strength(0.0, 0.0, 0.0), scale, 0), "");
}

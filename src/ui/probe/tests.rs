use super::*;

const SIXEL: Answer = Answer::Attributes { sixel: true };

#[test]
fn kitty_is_asked_only_of_who_answered_what_all_understand() {
    let now = Instant::now();
    let mut probe = Probe::new(Questions::All, false);
    assert_eq!(probe.deadline(), None);
    assert_eq!(probe.begin(now), Some(&b"\x1b[16t\x1b[c"[..]));
    assert_eq!(probe.begin(now), None);
    assert_eq!(probe.deadline(), Some(now + Duration::from_secs(1)));
    let cell = Size {
        width: 8,
        height: 16,
    };
    assert_eq!(probe.hear(Answer::Cell(cell)), None);
    let more = probe.hear(SIXEL).unwrap();
    assert!(more.starts_with(b"\x1b_G") && more.ends_with(b"\x1b[c"));
    assert_eq!(probe.deadline(), Some(now + Duration::from_millis(1200)));
    assert_eq!(probe.hear(Answer::Kitty(true)), None);
    assert!(!probe.is_over());
    assert_eq!(probe.hear(SIXEL), None);
    assert!(probe.is_over());
    let told = Answers {
        cell: Some(cell),
        sixel: Some(true),
        kitty: true,
    };
    assert_eq!(probe.told(), &told);
}

#[test]
fn a_multiplexer_is_asked_for_its_attributes_alone() {
    let mut probe = Probe::new(Questions::Attributes, false);
    assert_eq!(probe.begin(Instant::now()), Some(&b"\x1b[c"[..]));
    assert_eq!(probe.hear(SIXEL), None);
    assert!(probe.is_over());
}

#[test]
fn whoever_is_far_away_has_more_time() {
    let now = Instant::now();
    let mut probe = Probe::new(Questions::All, true);
    probe.begin(now);
    assert_eq!(probe.deadline(), Some(now + Duration::from_secs(2)));
    probe.hear(SIXEL);
    assert_eq!(probe.deadline(), Some(now + Duration::from_millis(2500)));
    probe.give_up();
    assert!(probe.is_over());
    assert_eq!(probe.told().sixel, Some(true));
}

#[test]
fn where_nothing_is_asked_nothing_is_waited_for() {
    let mut probe = Probe::new(Questions::None, false);
    assert!(probe.is_over());
    assert_eq!(probe.begin(Instant::now()), None);
}

#[test]
fn whoever_leaves_waits_for_what_was_asked_and_asks_no_more() {
    let mut probe = Probe::new(Questions::All, false);
    probe.begin(Instant::now());
    probe.ask_no_more();
    assert!(!probe.is_over());
    assert_eq!(probe.hear(SIXEL), None);
    assert!(probe.is_over());
}

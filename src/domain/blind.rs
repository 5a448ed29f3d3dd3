//! What keeps a blind comparison blind: an order that nobody knows, and captions without the habits
//! that give their writers away.

use std::os::unix::ffi::OsStrExt as _;

use sha2::{Digest, Sha256};

use super::image::ImageRef;

/// What the order over one picture is drawn with, in a comparison that has this `seed`: another for
/// each picture, and the same whenever it comes back.
pub fn seed_of(seed: u64, image: &ImageRef) -> u64 {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(image.path().as_os_str().as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let head = digest.first_chunk().copied();
    head.map_or(seed, u64::from_le_bytes)
}

/// An order of `n` drawn with `seed`: for each place, who stands there.
pub fn order(seed: u64, n: usize) -> Vec<usize> {
    let mut order: Vec<_> = (0..n).collect();
    fastrand::Rng::with_seed(seed).shuffle(&mut order);
    order
}

/// A caption without what it has around it by habit: quotes, markdown marks, and an announcement
/// such as “Here is a caption:”. Of a text that is nothing else, all is left.
pub fn stripped(text: &str) -> String {
    let unmarked = unmarked(text);
    let mut rest = unmarked.trim();
    loop {
        let less = without_quotes(without_announcement(rest)).trim();
        if less.is_empty() || less == rest {
            break;
        }
        rest = less;
    }
    rest.to_owned()
}

/// The text without the marks of markdown.
fn unmarked(text: &str) -> String {
    let lines = text.trim().lines();
    let lines = lines.filter(|line| !line.trim_start().starts_with("```"));
    let lines: Vec<_> = lines.map(|line| without_emphasis(body(line))).collect();
    lines.join("\n")
}

/// A line without the marks of a heading, a quotation or an item of a list before it.
fn body(line: &str) -> &str {
    let line = line.trim();
    let marks = [
        "#", "##", "###", "####", "#####", "######", ">", "-", "*", "+",
    ];
    match line.split_once(' ') {
        Some((mark, body)) if marks.contains(&mark) => body.trim_start(),
        _ => line,
    }
}

/// `*`, `_` and `` ` `` go where they stand at the edge of a word; inside of one, or alone, they
/// mean themselves.
fn without_emphasis(line: &str) -> String {
    let letters: Vec<char> = line.chars().collect();
    let is_mark = |letter: char| matches!(letter, '*' | '_' | '`');
    let is_letter = |letter: Option<&char>| letter.is_some_and(|it| it.is_alphanumeric());
    let is_blank = |letter: Option<&char>| letter.is_none_or(|it| it.is_whitespace());
    let mut kept = String::with_capacity(line.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at).copied() {
        let rest = letters.iter().skip(at);
        let marks = rest.take_while(|it| is_mark(**it)).count();
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(at + marks);
        let means_itself =
            is_letter(before) && is_letter(after) || is_blank(before) && is_blank(after);
        if marks == 0 {
            kept.push(letter);
        } else if means_itself {
            kept.extend(letters.iter().skip(at).take(marks));
        }
        at += marks.max(1);
    }
    kept
}

/// The text without quotes that stand around the whole of it.
fn without_quotes(text: &str) -> &str {
    const PAIRS: [(char, char); 8] = [
        ('"', '"'),
        ('“', '”'),
        ('„', '“'),
        ('«', '»'),
        ('»', '«'),
        ('「', '」'),
        ('\'', '\''),
        ('‘', '’'),
    ];
    for (open, close) in PAIRS {
        let inside = text.strip_prefix(open);
        let inside = inside.and_then(|rest| rest.strip_suffix(close));
        // “Stop” on a sign and “Go” on another: these stand around parts of the text.
        if let Some(inside) = inside
            && !holds_quote(inside, open)
            && !holds_quote(inside, close)
        {
            return inside;
        }
    }
    text
}

/// True where the letter is a quote there, and no apostrophe within a word.
fn holds_quote(text: &str, quote: char) -> bool {
    text.match_indices(quote).any(|(at, quote)| {
        let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let after = text
            .get(at + quote.len()..)
            .and_then(|it| it.chars().next());
        !(is_letter(before) && is_letter(after))
    })
}

/// An announcement is no longer than this, in letters.
const LONGEST: usize = 100;

/// The text without an announcement of itself.
fn without_announcement(text: &str) -> &str {
    const LABELS: [&str; 9] = [
        "caption",
        "image caption",
        "the caption",
        "description",
        "image description",
        "alt text",
        "alt-text",
        "answer",
        "output",
    ];
    const OPENINGS: [&str; 10] = [
        "sure",
        "certainly",
        "of course",
        "absolutely",
        "okay",
        "here is",
        "here's",
        "here’s",
        "below is",
        "the following is",
    ];
    const SUBJECTS: [&str; 4] = ["caption", "descri", "alt text", "alt-text"];
    if let Some((head, rest)) = text.split_once(':')
        && head.chars().nth(LONGEST).is_none()
    {
        let head = head.trim().to_lowercase();
        let is_announced = OPENINGS.iter().any(|opening| head.starts_with(opening))
            && SUBJECTS.iter().any(|subject| head.contains(subject));
        if is_announced || LABELS.contains(&head.as_str()) {
            return rest;
        }
    }
    let eager = ["Sure", "Certainly", "Of course", "Absolutely", "Okay"];
    let after = eager.iter().find_map(|word| text.strip_prefix(word));
    after
        .and_then(|after| after.strip_prefix(['!', ',', '.']))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests;

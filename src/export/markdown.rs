//! A report as GitHub's Markdown (<https://github.github.com/gfm/>), where what came from outside is
//! never more than text.

use std::fmt::Write as _;

use crate::domain::comparison::{Answer, Comparison, Picture};
use crate::domain::run::Flag;
use crate::domain::spending::dollars;
use crate::domain::standing::{TITLES, seconds};
use crate::domain::text::Foreign;

pub(super) fn text(comparison: &Comparison) -> String {
    let mut text = String::from("# Captions compared\n\n");
    let _ = writeln!(text, "{}\n", comparison.summary());
    for (who, asked) in comparison.asked() {
        let who = who.map_or_else(|| "Asked".to_owned(), |who| plain(&who));
        let _ = writeln!(text, "{who}: {}\n", plain(&asked));
    }
    text.push_str("## Standings\n\n");
    row(&mut text, std::iter::once("contestant").chain(TITLES));
    row(&mut text, ["---"].into_iter().chain(["---:"; TITLES.len()]));
    for standing in comparison.compared.rows() {
        let cells = std::iter::once(plain(&standing.name())).chain(standing.cells());
        row(&mut text, cells);
    }
    text.push('\n');
    for sentence in comparison.compared.standings.words() {
        let _ = writeln!(text, "- {}", plain(&sentence));
    }
    text.push_str("\n## Pictures\n");
    for picture in &comparison.pictures {
        one_picture(&mut text, comparison, picture);
    }
    text
}

fn one_picture(text: &mut String, comparison: &Comparison, picture: &Picture) {
    let name = plain(&comparison.name(&picture.image));
    let _ = writeln!(text, "\n### {name}\n");
    row(text, ["contestant", "caption", "about"]);
    row(text, ["---"; 3]);
    for (entrant, answer) in comparison.entrants.iter().zip(&picture.answers) {
        let fate = picture.verdict.as_ref();
        let fate = fate.and_then(|verdict| verdict.fate(&entrant.contestant));
        let name = plain(&entrant.contestant.name());
        let said = match (answer.caption(), answer.trouble()) {
            (Some(caption), _) => plain(caption),
            (None, why) => format!("✗ {}", plain(&why.unwrap_or_default())),
        };
        let name = if fate == Some("best") {
            format!("**{name}**")
        } else {
            name
        };
        row(text, [name, said, about(answer, fate)]);
    }
    if let Some(verdict) = picture.verdict.as_ref().filter(|it| !it.reason.is_empty()) {
        let _ = writeln!(text, "\nWhy: {}", plain(&Foreign::new(&*verdict.reason)));
    }
}

fn about(answer: &Answer, fate: Option<&'static str>) -> String {
    let mut about: Vec<String> = fate.map(str::to_owned).into_iter().collect();
    if let Some(run) = answer.run() {
        about.push(seconds(run.timing.elapsed));
        about.extend(
            run.cost_micro_usd
                .map(dollars)
                .map(|cost| cost.replace('$', "\\$").replace('<', "\\<")),
        );
        about.extend(run.flags().into_iter().map(Flag::word).map(str::to_owned));
    }
    about.join(", ")
}

pub(super) fn row<C: AsRef<str>>(text: &mut String, cells: impl IntoIterator<Item = C>) {
    text.push('|');
    for cell in cells {
        let _ = write!(text, " {} |", cell.as_ref());
    }
    text.push('\n');
}

/// Text on one line that is nothing but text: no markup, no cell, no link.
pub(super) fn plain(foreign: &Foreign) -> String {
    let mut plain = String::new();
    let mut before = ' ';
    for letter in foreign.shown(usize::MAX).trim().chars() {
        // A point is markup only where it makes an address of what begins with `www`, or a list of
        // what begins with a number.
        let is_markup = match letter {
            ',' | ';' | '\'' | '"' | '?' | '/' | '%' => false,
            '.' => before.eq_ignore_ascii_case(&'w') || before.is_ascii_digit(),
            '-' | '=' | '+' | '(' | ')' => before == ' ' || before.is_ascii_digit(),
            letter => letter.is_ascii_punctuation(),
        };
        if is_markup {
            plain.push('\\');
        }
        plain.push(letter);
        before = letter;
    }
    plain
}

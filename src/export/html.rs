//! A report as one page that needs nothing else: no script, nothing fetched, readable on a phone and on
//! paper. What came from outside stands in it as visible text, and a policy in the page's own head
//! forbids whatever an escape might have let through
//! (<https://www.w3.org/TR/CSP3/#meta-element>).

mod drawing;

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

use crate::domain::comparison::{Answer, Comparison, Picture};
use crate::domain::image::Upload;
use crate::domain::run::Flag;
use crate::domain::spending::dollars;
use crate::domain::standing::{Row, Standings, TITLES, seconds};
use crate::domain::text::Foreign;
use crate::domain::verdict::{Contestant, Verdict};
use drawing::Scale;

const STYLE: &str = include_str!("html/style.css");

/// How the numbers came about.
const METHOD: &str = "A best of n captions counts as n − 1 wins, a tie as half a win for each side of \
    every pair; whoever failed met nobody. Shares have Wilson’s 95% interval. Strengths are Bradley \
    and Terry’s, in points: 0 is the mean, and whoever stands 400 above another wins ten times as \
    often; their 95% intervals come from drawing the pictures again and again. With many pairs, one \
    in twenty may look decided by chance alone.";

/// Writes the page; `thumbnails` are taken in the order of the pictures.
pub(super) fn write(
    comparison: &Comparison,
    mut thumbnails: impl Iterator<Item = Option<Upload>>,
    out: &mut impl Write,
) -> io::Result<()> {
    head(comparison, out)?;
    standings(comparison, out)?;
    pairs(comparison, out)?;
    writeln!(out, "<section>\n<h2>Pictures</h2>")?;
    for picture in &comparison.pictures {
        let thumbnail = thumbnails.next().flatten();
        one_picture(comparison, picture, thumbnail.as_ref(), out)?;
    }
    writeln!(out, "</section>\n<footer><p>{METHOD}</p></footer>")?;
    writeln!(out, "</body>\n</html>")
}

fn head(comparison: &Comparison, out: &mut impl Write) -> io::Result<()> {
    let style = BASE64.encode(Sha256::digest(STYLE));
    let summary = comparison.summary();
    write!(
        out,
        "<!doctype html>\n\
         <html lang=\"en\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; \
         style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>Captions compared</title>\n\
         <style>{STYLE}</style>\n\
         </head>\n\
         <body>\n\
         <header>\n<h1>Captions compared</h1>\n<p class=\"sub\">{summary}</p>\n"
    )?;
    let asked = comparison.asked();
    if !asked.is_empty() {
        writeln!(out, "<ul class=\"asked\">")?;
        for (who, what) in asked {
            let who = who.map_or_else(|| "Asked".to_owned(), |who| text(&who));
            writeln!(out, "<li><b>{who}</b> {}</li>", text(&what))?;
        }
        writeln!(out, "</ul>")?;
    }
    writeln!(out, "</header>")
}

fn standings(comparison: &Comparison, out: &mut impl Write) -> io::Result<()> {
    let compared = &comparison.compared;
    let strengths = compared.rows().filter_map(|row| row.standing.strength);
    let points = Scale::around(strengths);
    let titles = TITLES.map(|title| format!("<th scope=\"col\">{title}</th>"));
    writeln!(
        out,
        "<section>\n<h2>Standings</h2>\n<div class=\"scroll\">\n<table class=\"standings\">\n\
         <thead><tr><th scope=\"col\">contestant</th>{}</tr></thead>\n<tbody>",
        titles.concat()
    )?;
    for row in compared.rows() {
        let Row { standing, .. } = &row;
        let mark = mark(comparison, &standing.contestant);
        write!(
            out,
            "<tr class=\"{mark}\"><th scope=\"row\"><span class=\"dot\"></span>&NoBreak;\
             <span class=\"name\">{}</span></th>",
            text(&row.name())
        )?;
        let drawings = [
            None,
            standing.tally.rate().map(|rate| Scale::SHARES.draw(rate)),
            standing.strength.map(|strength| points.draw(strength)),
        ];
        let drawings = drawings.into_iter().chain(std::iter::repeat(None));
        for ((title, cell), drawing) in TITLES.iter().zip(row.cells()).zip(drawings) {
            let (cell, drawing) = (escaped(&cell), drawing.unwrap_or_default());
            write!(
                out,
                "<td data-title=\"{title}\"><div>{cell}{drawing}</div></td>"
            )?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>\n<ul class=\"words\">")?;
    for sentence in compared.standings.words() {
        writeln!(out, "<li>{}</li>", text(&sentence))?;
    }
    writeln!(out, "</ul>\n</section>")
}

/// Everybody against everybody; two alone are told of above.
fn pairs(comparison: &Comparison, out: &mut impl Write) -> io::Result<()> {
    let standings = &comparison.compared.standings;
    if standings.pairs.len() < 2 {
        return Ok(());
    }
    let all = || standings.standings.iter().map(|it| &it.contestant);
    writeln!(
        out,
        "<section>\n<h2>Against each other</h2>\n<div class=\"scroll\">\n<table class=\"pairs\">\n\
         <thead><tr><th></th>"
    )?;
    for other in all() {
        writeln!(out, "<th scope=\"col\">{}</th>", text(&other.name()))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for (one, contestant) in all().enumerate() {
        let mark = mark(comparison, contestant);
        write!(
            out,
            "<tr class=\"{mark}\"><th scope=\"row\"><span class=\"dot\"></span>&NoBreak;\
             <span class=\"name\">{}</span></th>",
            text(&contestant.name())
        )?;
        for (other, _) in all().enumerate() {
            write!(out, "{}", pair(standings, one, other))?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(
        out,
        "</tbody>\n</table>\n</div>\n<p class=\"key\">How often the one on the left was preferred to \
         the one above; bold where that is more than chance.</p>\n</section>"
    )
}

/// How often `one` won against `other`, as a cell.
fn pair(standings: &Standings, one: usize, other: usize) -> String {
    let both = standings.pairs.iter();
    let mut both = both.flat_map(|pair| [pair.clone(), pair.turned()]);
    let seen = both.find(|pair| pair.places == (one, other));
    let Some((rate, pair)) = seen.and_then(|pair| Some((pair.tally.rate()?, pair))) else {
        return format!("<td>{}</td>", if one == other { "" } else { "–" });
    };
    let is_told = pair.is_told() || pair.turned().is_told();
    let told = if is_told { " told" } else { "" };
    let fifth = drawing::fifth(rate.value);
    let share = rate.as_share();
    let (share, interval) = share.split_once(' ').unwrap_or((&share, ""));
    format!("<td class=\"s{fifth}{told}\">{share}<small>{interval}</small></td>")
}

fn one_picture(
    comparison: &Comparison,
    picture: &Picture,
    thumbnail: Option<&Upload>,
    out: &mut impl Write,
) -> io::Result<()> {
    let name = text(&comparison.name(&picture.image));
    writeln!(out, "<article>\n<figure>")?;
    match thumbnail {
        Some(Upload {
            bytes,
            size,
            format,
        }) => writeln!(
            out,
            "<img src=\"data:{};base64,{}\" width=\"{}\" height=\"{}\" alt=\"{name}\">",
            format.media_type(),
            BASE64.encode(bytes),
            size.width,
            size.height,
        )?,
        None => writeln!(
            out,
            "<div class=\"blank none\">cannot be shown any more</div>"
        )?,
    }
    writeln!(
        out,
        "<figcaption>{name}</figcaption>\n</figure>\n<div class=\"captions\">"
    )?;
    let verdict = picture.verdict.as_ref();
    for (entrant, answer) in comparison.entrants.iter().zip(&picture.answers) {
        let contestant = &entrant.contestant;
        let fate = verdict.and_then(|verdict| verdict.fate(contestant));
        one_caption(mark(comparison, contestant), contestant, answer, fate, out)?;
    }
    writeln!(out, "</div>")?;
    if let Some(verdict) = verdict {
        writeln!(out, "<p class=\"why\">{}</p>", why(verdict))?;
    }
    writeln!(out, "</article>")
}

fn one_caption(
    mark: &str,
    contestant: &Contestant,
    answer: &Answer,
    fate: Option<&'static str>,
    out: &mut impl Write,
) -> io::Result<()> {
    let (state, said) = match (answer.caption(), answer.trouble()) {
        (Some(caption), _) if caption.is_blank() => ("", "(empty)".to_owned()),
        (Some(caption), _) => ("", text(caption)),
        (None, why) => (" failed", text(&why.unwrap_or_default())),
    };
    let (best, badge) = match fate {
        Some("best") => (" best", "<span class=\"badge\">best</span>".to_owned()),
        Some("beaten") | None => ("", String::new()),
        Some(other) => ("", format!("<span class=\"badge plain\">{other}</span>")),
    };
    let mut about = Vec::new();
    if let Some(run) = answer.run() {
        about.push(seconds(run.timing.elapsed));
        about.extend(run.cost_micro_usd.map(dollars));
        about.extend(
            run.provider
                .as_ref()
                .map(|it| format!("by {}", it.shown(80))),
        );
        about.extend(run.flags().into_iter().map(Flag::word).map(str::to_owned));
    }
    writeln!(
        out,
        "<div class=\"caption {mark}{state}{best}\">\n\
         <h4>{badge}<span class=\"name\">{}</span></h4>\n\
         <p dir=\"auto\">{said}</p>\n<p class=\"about\">{}</p>\n</div>",
        text(&contestant.name()),
        escaped(&about.join(" · ")),
    )
}

/// How a verdict was given, and why.
fn why(verdict: &Verdict) -> String {
    let how = if verdict.blind {
        "Judged blind"
    } else {
        "Judged with the names in sight"
    };
    match verdict.reason.as_str() {
        "" => format!("{how}."),
        reason => format!("{how}: “{}”", text(&Foreign::new(reason))),
    }
}

/// The class that gives a contestant its colour.
fn mark(comparison: &Comparison, contestant: &Contestant) -> &'static str {
    let mut entrants = comparison.entrants.iter();
    let place = entrants.position(|it| it.contestant == *contestant);
    let marks = ["e0", "e1", "e2", "e3", "e4", "e5"];
    place
        .and_then(|place| marks.get(place))
        .copied()
        .unwrap_or("e0")
}

/// Text from outside with its lines, in which nothing steers and nothing is markup.
fn text(foreign: &Foreign) -> String {
    escaped(&foreign.paragraphs())
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 16);
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

use std::fs;
use std::iter;

use proptest::prelude::*;

use super::*;
use crate::domain::comparison::samples::comparison;
use crate::domain::text::is_unsafe;

fn page(comparison: &Comparison) -> String {
    let mut page = Vec::new();
    html::write(comparison, iter::empty(), &mut page).unwrap();
    String::from_utf8(page).unwrap()
}

/// The tags of a page in order, without what their attributes say.
fn tags(page: &str) -> Vec<String> {
    let tags = page.split('<').skip(1);
    let tags = tags.map(|tag| tag.split('>').next().unwrap());
    tags.map(|tag| tag.split('"').step_by(2).collect())
        .collect()
}

/// The cells of a table, read as RFC 4180 says.
fn cells(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut letters = csv.chars().peekable();
    let mut is_quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted => {}
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            letter => cell.push(letter),
        }
    }
    rows
}

/// What is left of Markdown without what is escaped.
fn unescaped(text: &str) -> String {
    let mut left = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter == '\\' {
            letters.next();
        } else {
            left.push(letter);
        }
    }
    left
}

fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<script>alert(1)</script>",
        "</p></div>",
        "<img src=x onerror=alert(1)>",
        "\"",
        "'",
        "`",
        "&lt;",
        "|",
        "\n",
        "\r\n",
        "\n\n# ",
        "\n- ",
        ",",
        ";",
        "=1+1",
        "@SUM(1)",
        "+",
        "-",
        "*a*",
        "_b_",
        "[x](http://example.org)",
        "![x](y)",
        "https://example.org",
        "www.example.org",
        "\\",
        "\t",
        "\u{1b}[31m",
        "\u{0}",
        "\u{7f}",
        "\u{9b}",
        "\u{202e}",
        "\u{200f}",
        "\u{2066}",
        "\u{feff}",
        "שלום",
        "猫",
        "👩‍👩‍👧",
        "]]>",
        "-->",
        "<!--",
        "</style>",
        "{{",
        "${",
        "\u{2028}",
        "$$",
        "~~~",
    ]);
    let piece = prop_oneof![pieces.prop_map(str::to_owned), any::<String>()];
    let text = prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat());
    text.prop_filter("a text", |text| !text.is_empty())
}

proptest! {
    #[test]
    fn nothing_breaks_out_of_the_page(text in hostile()) {
        let page = page(&comparison(&text));
        prop_assert_eq!(tags(&page), tags(&self::page(&comparison("plain"))));
        prop_assert!(page.chars().all(|letter| letter == '\n' || !is_unsafe(letter)));
    }

    #[test]
    fn nothing_breaks_out_of_its_cell(text in hostile()) {
        let rows = cells(&csv::text(&comparison(&text)));
        prop_assert_eq!(rows.len(), 5);
        for row in &rows {
            prop_assert_eq!(row.len(), rows[0].len());
        }
        let caption = &rows[1][5];
        let shown = Foreign::new(text.as_str()).paragraphs();
        let guarded = format!("'{shown}");
        prop_assert!([shown, guarded].contains(caption), "{}", caption);
        for cell in rows.iter().flatten() {
            prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{}", cell);
        }
    }

    #[test]
    fn nothing_breaks_out_of_the_text(text in hostile()) {
        let written = markdown::text(&comparison(&text));
        let plain = markdown::text(&comparison("plain"));
        prop_assert_eq!(written.lines().count(), plain.lines().count());
        for (line, harmless) in written.lines().zip(plain.lines()) {
            let (line, harmless) = (unescaped(line), unescaped(harmless));
            for mark in "|*_`[]<>#~$&!:@^{}".chars() {
                let count = |text: &str| text.matches(mark).count();
                prop_assert_eq!(count(&line), count(&harmless), "{} in {}", mark, line);
            }
        }
    }

    #[test]
    fn an_object_holds_what_was_said_and_shows_nothing_that_steers(text in hostile()) {
        let written = json::text(&comparison(&text)).unwrap();
        prop_assert!(written.chars().all(|letter| letter == '\n' || !is_unsafe(letter)));
        let object: serde_json::Value = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(&object["pictures"][0]["captions"][0]["caption"], &text);
        prop_assert_eq!(&object["pictures"][0]["verdict"]["reason"], &text);
        prop_assert_eq!(&object["contestants"][1]["preset"], &text);
    }
}

#[test]
fn the_page_allows_its_own_style_and_no_script() {
    let page = page(&comparison("plain"));
    assert!(page.contains("default-src 'none'; img-src data:; style-src 'sha256-"));
    assert!(!page.contains("unsafe-inline") && !page.contains(" style="));
    assert!(
        page.contains("cannot be shown any more"),
        "there is no thumbnail"
    );
    assert!(page.contains("<span class=\"badge\">best</span>"));
}

#[test]
fn a_caption_of_a_megabyte_is_written_whole() {
    let caption = "🐈".repeat(262_144);
    let page = page(&comparison(&caption));
    assert!(page.contains(&caption));
}

#[test]
fn the_ending_names_the_format() {
    let format = |name: &str| Format::of(Path::new(name));
    assert_eq!(format("a/B.HTML"), Some(Format::Html));
    assert_eq!(format("report.md"), Some(Format::Markdown));
    assert_eq!(format("report.pdf"), None);
    assert_eq!(format("html"), None);
}

#[test]
fn a_file_that_came_meanwhile_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.csv");
    let target = Target::new(path.clone(), false).unwrap();
    fs::write(&path, "mine").unwrap();
    let written = target.write(&comparison("x"), iter::empty());
    assert!(
        matches!(written, Err(ExportError::Exists(_))),
        "{written:?}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_link_stays_a_link_and_a_folder_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("r.csv"), folder.path().join("l.csv"));
    fs::write(&file, "old").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let target = Target::new(link.clone(), true).unwrap();
    target.write(&comparison("x"), iter::empty()).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&file).unwrap().starts_with("image,"));
    let place = folder.path().join("f.md");
    fs::create_dir(&place).unwrap();
    let refused = Target::new(place, true);
    assert!(
        matches!(refused, Err(ExportError::NotAFile(_))),
        "{refused:?}"
    );
}

use super::*;

/// As `configparser` writes it, but for what somebody added by hand.
const TEXT: &str = "\
# mine
[ci]
hf_token = hf_one
refresh_token = r=1:2

; the next one expires
[größer]
HF_Token: hf_two
expires_at=1785542400
note = goes
   on here

[DEFAULT]
colour = red
";

fn read(text: &str) -> Ini {
    Ini::read(text).unwrap()
}

#[test]
fn sections_are_read_as_python_reads_them() {
    let ini = read(TEXT);
    let names: Vec<_> = ini.sections().map(|own| own.name.as_str()).collect();
    assert_eq!(names, ["ci", "größer"]);
    let value = |name, key| ini.section(name).unwrap().value(key);
    assert_eq!(value("ci", "hf_token"), Some("hf_one"));
    assert_eq!(value("ci", "refresh_token"), Some("r=1:2"));
    assert_eq!(value("größer", "hf_token"), Some("hf_two"));
    assert_eq!(value("größer", "expires_at"), Some("1785542400"));
    assert_eq!(value("größer", "note"), Some("goes\non here"));
    assert_eq!(value("größer", "colour"), None);
    assert_eq!(read("").sections().count(), 0);
}

#[test]
fn windows_line_ends_do_not_count() {
    let ini = read("[a]\r\nhf_token = hf_one\r\n\r\n[b]\r\nhf_token = hf_two");
    let value = |name| ini.section(name).unwrap().value("hf_token").unwrap();
    assert_eq!((value("a"), value("b")), ("hf_one", "hf_two"));
}

#[test]
fn a_name_may_hold_brackets() {
    let ini = read("[a]b]\nhf_token = hf_one\n[ [x] ]\n");
    let names: Vec<_> = ini.sections().map(|own| own.name.as_str()).collect();
    assert_eq!(names, ["a]b", " [x] "]);
}

#[test]
fn what_python_would_not_take_is_told_with_its_line() {
    for (text, says) in [
        ("hf_one\n", "line 1 stands before the first [section]"),
        (
            "hf_token = hf_one\n",
            "line 1 stands before the first [section]",
        ),
        ("[a]\nhf_one\n", "line 2 has no = in it"),
        ("[a]\n= hf_one\n", "line 2 has nothing before its ="),
        ("[a]\nx = 1\nX = 2\n", "line 3 repeats a key"),
        ("[a]\n\n[b]\n[a]\n", "line 4 repeats a section"),
        ("[a]\rx = 1\n", "line 1 has the line ends of old"),
        ("\u{feff}[a]\n", "line 1 stands before the first [section]"),
    ] {
        assert_eq!(Ini::read(text).unwrap_err().to_string(), says, "{text:?}");
    }
}

#[test]
fn a_section_goes_and_all_else_stays_byte_for_byte() {
    let mut ini = read(TEXT);
    ini.remove("ci");
    let without_first = TEXT.replace("[ci]\nhf_token = hf_one\nrefresh_token = r=1:2\n\n", "");
    assert_eq!(ini.text(), without_first);
    ini.remove("größer");
    assert_eq!(
        ini.text(),
        "# mine\n; the next one expires\n[DEFAULT]\ncolour = red\n"
    );
    ini.remove("nobody");
    assert!(ini.text().ends_with("red\n"));
}

#[test]
fn a_section_is_added_behind_all_others() {
    for (text, between) in [("", ""), ("[a]\nx = 1", "\n"), ("[a]\r\nx = 1\r\n", "")] {
        let mut ini = read(text);
        ini.add("b c", &[("hf_token", "hf_one"), ("expires_at", "7")]);
        let added = "[b c]\nhf_token = hf_one\nexpires_at = 7\n\n";
        assert_eq!(ini.text(), format!("{text}{between}{added}"));
        let again = read(ini.text());
        assert_eq!(again.section("b c").unwrap().value("expires_at"), Some("7"));
        ini.remove("b c");
        assert_eq!(ini.text(), format!("{text}{between}"));
    }
}

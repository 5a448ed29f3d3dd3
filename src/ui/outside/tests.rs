use super::*;

/// What becomes of a text in an editor that this line of the shell is.
fn edited(editor: &str, text: &str) -> Edited {
    let outside = Outside::new(OsStr::new(editor), text).unwrap();
    let folder = outside.folder.path().to_owned();
    let status = outside.command_on(Path::new("/dev/null")).unwrap().status();
    let edited = outside.end(status);
    assert!(!folder.exists(), "nothing is left behind");
    edited
}

fn said(edited: &Edited) -> String {
    let problem = edited.1.as_ref();
    problem.map_or(String::new(), |it| it.sentence().raw().to_owned())
}

/// An editor that runs this script with the file as its `$1`.
fn script(script: &str) -> String {
    format!("sh -c '{script}' editor")
}

#[test]
fn what_is_saved_comes_back() {
    let upper = script(r#"tr a-z A-Z <"$1" >"$1.new" && mv "$1.new" "$1""#);
    assert_eq!(edited(&upper, "A cat."), (Some("A CAT.".to_owned()), None));
    let more = script(r#"printf "\n\nmore\n" >>"$1""#);
    let whole = "\u{1b}[31m\ttabs\r\nand all".to_owned();
    let (text, problem) = edited(&more, &whole);
    assert_eq!((text, problem), (Some(format!("{whole}\n\n\nmore")), None));
}

#[test]
fn what_is_left_alone_is_no_change() {
    for text in ["A cat.", "A cat.\n", "", "one\r\ntwo\r\n", "\n\n"] {
        assert_eq!(edited("true", text), (None, None), "{text:?}");
    }
}

#[test]
fn arguments_are_split_as_the_shell_does_it() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("my editor");
    fs::write(&program, "#!/bin/sh\nprintf '%s|' \"$1\" \"$2\" >\"$3\"\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    let editor = format!("'{}' --wait 'two words'", program.to_str().unwrap());
    let (text, problem) = edited(&editor, "A cat.");
    assert_eq!(
        (text.as_deref(), problem),
        (Some("--wait|two words|"), None)
    );
}

#[test]
fn only_the_person_can_read_the_file() {
    let outside = Outside::new(OsStr::new("true"), "A cat.").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(outside.folder.path()), 0o700);
    assert_eq!(mode(&outside.file()), 0o600);
}

#[test]
fn an_editor_that_fails_says_so_and_loses_nothing() {
    let missing = edited("no-such-editor --wait", "A cat.");
    assert_eq!(
        said(&missing),
        "the editor `no-such-editor --wait` was not found"
    );
    assert!(missing.1.unwrap().hint.is_some());
    assert_eq!(
        said(&edited("/dev/null", "A cat.")),
        "the editor `/dev/null` cannot be run"
    );
    assert_eq!(
        said(&edited("false", "A cat.")),
        "the editor `false` ended with 1"
    );

    let (text, problem) = edited(&script(r#"echo A dog. >"$1"; exit 3"#), "A cat.");
    assert_eq!(text.as_deref(), Some("A dog."), "what was saved is there");
    assert!(problem.is_some());
    let killed = edited(&script("kill -9 $PPID"), "A cat.");
    assert_eq!(killed.0, None);
    assert!(
        said(&killed).contains("was stopped by signal 9"),
        "{}",
        said(&killed)
    );
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_caption_as_it_was() {
    let gone = edited(&script(r#"rm "$1""#), "A cat.");
    assert_eq!(gone.0, None);
    assert!(said(&gone).starts_with("what the editor left cannot be read"));
    let bytes = edited(&script(r#"printf "\377" >"$1""#), "A cat.");
    assert_eq!(bytes.0, None);
    assert!(said(&bytes).starts_with("what the editor left cannot be read"));
}

#[test]
fn the_editor_is_the_one_that_the_person_named() {
    let environment =
        |pairs: &[(&'static str, &'static str)]| -> Environment { pairs.iter().copied().collect() };
    assert_eq!(editor(&environment(&[])), "vi");
    assert_eq!(editor(&environment(&[("EDITOR", "nano")])), "nano");
    let both = [("EDITOR", "nano"), ("VISUAL", "code --wait")];
    assert_eq!(editor(&environment(&both)), "code --wait");
    assert_eq!(editor(&environment(&[("EDITOR", "")])), "vi");
}

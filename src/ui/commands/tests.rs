use std::collections::BTreeSet;

use super::*;
use crate::ui::keymap::Key;

/// What a command takes, by example.
fn example(spec: &Spec) -> &'static str {
    match spec.takes {
        Takes::Nothing(_) => "",
        Takes::Folder(_) => "2024/a b",
        Takes::Model(_) => "org/name:cheapest",
        Takes::Date(_) => "2026-01-31",
        Takes::Order(_) => "size",
        Takes::Exact(_) => "exact",
        Takes::Filter(_) => "my cats",
    }
}

#[test]
fn every_command_is_read_by_its_name() {
    for spec in COMMANDS {
        let command = parse(&format!(" {}  {} ", spec.name, example(spec))).unwrap();
        if let Takes::Nothing(told) = &spec.takes {
            assert_eq!(command, *told);
        }
    }
}

#[test]
fn no_two_commands_share_a_name_or_do_the_same() {
    let names: BTreeSet<_> = COMMANDS.iter().map(|spec| spec.name).collect();
    assert_eq!(names.len(), COMMANDS.len());
    let commands = COMMANDS
        .iter()
        .map(|spec| format!("{} {}", spec.name, example(spec)));
    let commands: Vec<_> = commands.map(|line| parse(&line).unwrap()).collect();
    for (at, command) in commands.iter().enumerate() {
        assert!(!commands[..at].contains(command), "{command:?}");
    }
}

#[test]
fn what_follows_the_name_is_read() {
    let told = |line: &str| parse(line).unwrap();
    assert_eq!(told("cd  a b/c "), Command::Go("a b/c".into()));
    assert_eq!(
        told("model org/name"),
        Command::Choose("org/name".parse().unwrap())
    );
    assert_eq!(
        told("forget-before 2026-01-31"),
        Command::ForgetBefore(jiff::civil::date(2026, 1, 31))
    );
    assert_eq!(told("sort"), Command::Sort(None));
    assert_eq!(told("sort date"), Command::Sort(Some(Sort::Date)));
}

#[test]
fn what_a_command_cannot_use_is_told() {
    let why = |line: &str| parse(line).unwrap_err().to_string();
    assert_eq!(why("down 3"), "`down` takes nothing after it");
    assert_eq!(why("cd"), "`cd` takes a folder");
    assert!(why("model").starts_with("`model` takes a model: "));
    assert!(why("model nonsense").contains("`nonsense` is no model name"));
    assert_eq!(
        why("forget-before yesterday"),
        "`forget-before` takes a date like 2026-01-31"
    );
    assert_eq!(why("sort colour"), "`sort` takes name, date or size");
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest() {
    let why = |line: &str| parse(line).unwrap_err().to_string();
    assert_eq!(
        why("captoin"),
        "there is no command `captoin`; did you mean `caption`?"
    );
    assert_eq!(
        why("qiut now"),
        "there is no command `qiut`; did you mean `quit`?"
    );
    assert_eq!(why("xyzzyxyzzy"), "there is no command `xyzzyxyzzy`");
    assert_eq!(why("\u{1b}[2J"), "there is no command `␛[2J`");
}

#[test]
fn every_command_is_told_in_a_short_sentence() {
    for spec in COMMANDS {
        assert!(
            (3..=40).contains(&spec.sentence.chars().count()),
            "{}",
            spec.name
        );
        assert!(!spec.sentence.ends_with('.'), "{}", spec.name);
        let name = |letter: char| letter.is_ascii_lowercase() || letter == '-';
        assert!(spec.name.chars().all(name), "{}", spec.name);
    }
}

#[test]
fn every_key_beforehand_is_a_key() {
    for spec in COMMANDS {
        for (context, keys) in spec.keys {
            for key in keys.split(' ') {
                assert!(
                    key.parse::<Key>().is_ok(),
                    "{} {context:?} {key:?}",
                    spec.name
                );
            }
        }
    }
}

#[test]
fn every_context_is_listed_once_by_its_own_name() {
    let names: BTreeSet<_> = Context::ALL.iter().map(|context| context.name()).collect();
    assert_eq!(names.len(), Context::ALL.len());
    assert!(
        Context::ALL.is_sorted(),
        "from the strongest to the weakest"
    );
}

/// The keys of the README, as the table of commands has them.
fn keys_as_markdown() -> String {
    let keymap = crate::ui::keymap::Keymap::default();
    let mut lines = vec![
        "| keys | command | what it does |".to_owned(),
        "|---|---|---|".to_owned(),
    ];
    for spec in COMMANDS {
        let mut keys: Vec<String> = Vec::new();
        for context in Context::ALL.into_iter().rev() {
            let bound = keymap.keys_of(context, spec.name);
            for key in bound.map(|key| format!("`{key}`")) {
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        let keys = keys.join(" ").replace('|', "\\|");
        lines.push(format!("| {keys} | `{}` | {} |", spec.name, spec.sentence));
    }
    lines.join("\n")
}

#[test]
fn the_readme_lists_every_key() {
    let readme = include_str!("../../../README.md");
    let table = keys_as_markdown();
    assert!(readme.contains(&table), "README.md should hold:\n{table}");
}

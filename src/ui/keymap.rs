//! Keys: how they are written, what they do beforehand, what `keymap.toml` changes.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::command::{Command, Context};
use super::commands::{self, COMMANDS};
use crate::domain::problem::Problem;
use crate::domain::text::Foreign;

/// A key with its modifiers, written `j`, `G`, `ctrl+d`, `shift+tab`, `space`, `f1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    ctrl: bool,
    alt: bool,
}

const NAMED: [(&str, KeyCode); 16] = [
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("shift+tab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
];

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        Self {
            code: event.code,
            ctrl: event.modifiers.contains(KeyModifiers::CONTROL),
            alt: event.modifiers.contains(KeyModifiers::ALT),
        }
    }
}

impl FromStr for Key {
    type Err = ();

    fn from_str(written: &str) -> Result<Self, ()> {
        let mut rest = written;
        let (mut ctrl, mut alt) = (false, false);
        loop {
            if let Some(after) = rest.strip_prefix("ctrl+").filter(|after| !after.is_empty()) {
                (ctrl, rest) = (true, after);
            } else if let Some(after) = rest.strip_prefix("alt+").filter(|after| !after.is_empty())
            {
                (alt, rest) = (true, after);
            } else {
                break;
            }
        }
        let code = if let Some((_, code)) = NAMED.iter().find(|(name, _)| *name == rest) {
            *code
        } else if let Some(number) = function_key(rest) {
            KeyCode::F(number)
        } else {
            let mut letters = rest.chars();
            match (letters.next(), letters.next()) {
                (Some(letter), None) if !letter.is_control() => KeyCode::Char(letter),
                _ => return Err(()),
            }
        };
        Ok(Self { code, ctrl, alt })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            write!(f, "ctrl+")?;
        }
        if self.alt {
            write!(f, "alt+")?;
        }
        if let Some((name, _)) = NAMED.iter().find(|(_, code)| *code == self.code) {
            return write!(f, "{name}");
        }
        match self.code {
            KeyCode::Char(letter) => write!(f, "{letter}"),
            KeyCode::F(number) => write!(f, "f{number}"),
            _ => write!(f, "?"),
        }
    }
}

/// Which key does what, in which context.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: HashMap<(Context, Key), Command>,
    /// In the order of the table, for help and hints; changed keys come last.
    order: Vec<(Context, Key, &'static str)>,
}

impl Default for Keymap {
    fn default() -> Self {
        let mut keymap = Self {
            bindings: HashMap::new(),
            order: Vec::new(),
        };
        for spec in COMMANDS {
            for (context, keys) in spec.keys {
                for key in keys.split(' ').filter_map(|key| key.parse().ok()) {
                    keymap.bind(*context, key, spec.name);
                }
            }
        }
        keymap
    }
}

impl Keymap {
    /// The default keys with the changes of a `keymap.toml`: a table a context, keys on the left,
    /// commands on the right, `""` for nothing. `file` names it in what is wrong with it.
    pub fn with_changes(file: &Foreign, text: &str) -> (Self, Vec<Problem>) {
        let mut keymap = Self::default();
        let mut problems = Vec::new();
        let lines = match toml::de::DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let line = error.span().map_or(1, |span| line_of(text, span.start));
                let headline = format!("{}:{line}: {}", file.raw(), error.message());
                return (keymap, vec![Problem::new(headline).with_hint(EXAMPLE)]);
            }
        };
        for (context, keys) in lines.get_ref() {
            let at = |start: usize| format!("{}:{}", file.raw(), line_of(text, start));
            let Some(known) = Context::ALL
                .iter()
                .find(|c| c.name() == context.get_ref().as_ref())
            else {
                let headline = format!(
                    "{}: there is no context `{}`",
                    at(context.span().start),
                    context.get_ref()
                );
                let names: Vec<_> = Context::ALL.iter().map(|c| c.name()).collect();
                problems.push(
                    Problem::new(headline).with_hint(format!("contexts: {}", names.join(", "))),
                );
                continue;
            };
            let Some(keys) = keys.get_ref().as_table() else {
                problems.push(
                    Problem::new(format!(
                        "{}: `{}` is a table of keys",
                        at(context.span().start),
                        context.get_ref()
                    ))
                    .with_hint(EXAMPLE),
                );
                continue;
            };
            for (key, command) in keys {
                let changed = match command.get_ref().as_str() {
                    Some(written) => keymap.change(*known, key.get_ref(), written),
                    None => Err(format!("`{}` takes a command in quotes", key.get_ref())),
                };
                if let Err(why) = changed {
                    let headline = format!("{}: {why}", at(key.span().start));
                    problems.push(Problem::new(headline).with_hint(EXAMPLE));
                }
            }
        }
        (keymap, problems)
    }

    fn change(&mut self, context: Context, key: &str, written: &str) -> Result<(), String> {
        let key: Key = key.parse().map_err(|()| format!("`{key}` is no key"))?;
        if written.is_empty() {
            self.bindings.remove(&(context, key));
            self.order.retain(|(c, k, _)| (*c, *k) != (context, key));
            return Ok(());
        }
        let command = commands::parse(written).map_err(|error| error.to_string())?;
        let name = written.split_whitespace().next().unwrap_or_default();
        self.bindings.insert((context, key), command);
        self.order.retain(|(c, k, _)| (*c, *k) != (context, key));
        if let Some(spec) = COMMANDS.iter().find(|spec| spec.name == name) {
            self.order.push((context, key, spec.name));
        }
        Ok(())
    }

    fn bind(&mut self, context: Context, key: Key, name: &'static str) {
        if let Ok(command) = commands::parse(name) {
            self.bindings.insert((context, key), command);
            self.order.push((context, key, name));
        }
    }

    /// What `key` does where `contexts` hold, strongest first. A text field takes every key that
    /// is not bound in it.
    pub fn command(&self, contexts: &[Context], key: Key) -> Option<&Command> {
        contexts
            .iter()
            .find_map(|context| self.bindings.get(&(*context, key)))
    }

    /// The first key of a command where `contexts` hold; `None` where it has none.
    pub fn key_of(&self, contexts: &[Context], name: &str) -> Option<Key> {
        contexts.iter().find_map(|context| {
            self.order
                .iter()
                .find(|(c, key, n)| {
                    c == context && *n == name && self.reaches(contexts, *context, *key)
                })
                .map(|(_, key, _)| *key)
        })
    }

    /// That key for people; a command that has none is told as the `:` line takes it.
    pub fn said(&self, contexts: &[Context], name: &str) -> String {
        let key = self.key_of(contexts, name);
        key.map_or_else(|| format!(":{name}"), |key| key.to_string())
    }

    /// The keys of a command in one context, in their order.
    pub fn keys_of(&self, context: Context, name: &str) -> impl Iterator<Item = Key> {
        self.order
            .iter()
            .filter(move |(c, _, n)| *c == context && *n == name)
            .map(|(_, key, _)| *key)
    }

    /// The keys of a command where `contexts` hold, but for those that a stronger one takes away.
    pub fn keys_here(&self, contexts: &[Context], name: &str) -> Vec<Key> {
        let of = |context: &Context| {
            let (context, keys) = (*context, self.keys_of(*context, name));
            keys.filter(move |key| self.reaches(contexts, context, *key))
        };
        contexts.iter().flat_map(of).collect()
    }

    /// True unless a stronger context takes the key away.
    fn reaches(&self, contexts: &[Context], context: Context, key: Key) -> bool {
        contexts
            .iter()
            .take_while(|stronger| **stronger != context)
            .all(|stronger| !self.bindings.contains_key(&(*stronger, key)))
    }
}

/// Terminals know F1 to F24.
fn function_key(written: &str) -> Option<u8> {
    let number = written.strip_prefix('f')?.parse().ok()?;
    (1..=24).contains(&number).then_some(number)
}

const EXAMPLE: &str = "a line looks like: [files] followed by \"ctrl+d\" = \"half-down\"; \
                       `?` lists the commands";

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count() + 1
}

#[cfg(test)]
mod tests;

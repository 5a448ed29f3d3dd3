//! From what a person wrote to a [`Filter`]: recursive descent over the text itself.

use std::ops::Range;

use jiff::civil::Date;

use super::fields::{FIELDS, example, field, nearest};
use super::number::{count, dollars};
use super::{Bounds, Condition, Filter, FilterError, Sought};
use crate::domain::flags::Flag;
use crate::domain::review::Decision;
use crate::domain::run::Outcome;
use crate::domain::text::Foreign;

/// Deeper brackets no person reads, and each takes some of the stack.
const DEEPEST: usize = 20;
/// More conditions than these are no question of a person, and a database takes no endless ones.
const MOST: usize = 200;
/// Columns that a piece of the text takes at most in a message.
const SHOWN: usize = 40;

pub(super) fn parse(written: &str) -> Result<Filter, FilterError> {
    let mut parser = Parser {
        written,
        at: 0,
        depth: 0,
        conditions: 0,
    };
    if parser.peek() == Token::End {
        return Ok(Filter::All(Vec::new()));
    }
    let filter = parser.any()?;
    match parser.peek() {
        Token::End => Ok(filter),
        // Whatever else could stand here was read as a further condition.
        _ => Err(parser.wrong_bracket()),
    }
}

/// What comes next, without its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Minus,
    And,
    Or,
    Not,
    Value,
    End,
}

struct Parser<'a> {
    written: &'a str,
    /// Everything before this byte is read.
    at: usize,
    /// So many brackets are open.
    depth: usize,
    /// So many conditions are read.
    conditions: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Result<Filter, FilterError> {
        let mut parts = vec![self.all()?];
        while self.peek() == Token::Or {
            self.skip_word();
            parts.push(self.all()?);
        }
        Ok(joined(parts, Filter::Any, |part| match part {
            Filter::Any(parts) => Ok(parts),
            other => Err(other),
        }))
    }

    fn all(&mut self) -> Result<Filter, FilterError> {
        let mut parts = vec![self.not()?];
        loop {
            match self.peek() {
                Token::And => self.skip_word(),
                Token::Open | Token::Minus | Token::Not | Token::Value => {}
                Token::Close | Token::Or | Token::End => break,
            }
            parts.push(self.not()?);
        }
        Ok(joined(parts, Filter::All, |part| match part {
            Filter::All(parts) => Ok(parts),
            other => Err(other),
        }))
    }

    fn not(&mut self) -> Result<Filter, FilterError> {
        let mut is_meant = true;
        loop {
            match self.peek() {
                Token::Minus => self.at += 1,
                Token::Not => self.skip_word(),
                _ => break,
            }
            is_meant = !is_meant;
        }
        let filter = self.single()?;
        Ok(match filter {
            filter if is_meant => filter,
            Filter::Not(filter) => *filter,
            filter => Filter::Not(Box::new(filter)),
        })
    }

    fn single(&mut self) -> Result<Filter, FilterError> {
        match self.peek() {
            Token::Open => self.bracket(),
            Token::Value => {
                let start = self.at;
                self.conditions += 1;
                if self.conditions > MOST {
                    let text = format!("a filter has at most {MOST} conditions");
                    return Err(error(start..self.written.len(), text, None));
                }
                self.condition().map(Filter::Is)
            }
            Token::Close => Err(self.wrong_bracket()),
            Token::And | Token::Or => {
                let word = self.word();
                let text = format!("`{}` stands between two conditions", self.shown(&word));
                let hint = "put it in quotation marks to look for the word";
                Err(error(word, text, Some(hint)))
            }
            Token::End | Token::Minus | Token::Not => {
                let text = "a condition is missing at the end".to_owned();
                Err(error(self.at..self.at, text, None))
            }
        }
    }

    fn bracket(&mut self) -> Result<Filter, FilterError> {
        let open = self.at..self.at + 1;
        self.at += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            let text = format!("brackets stand in each other {DEEPEST} deep at most");
            return Err(error(open, text, None));
        }
        match self.peek() {
            Token::Close => {
                let text = "there is nothing in these brackets".to_owned();
                return Err(error(open.start..self.at + 1, text, None));
            }
            Token::End => return Err(unclosed(open, "bracket", ")")),
            _ => {}
        }
        let filter = self.any()?;
        if self.peek() != Token::Close {
            return Err(unclosed(open, "bracket", ")"));
        }
        self.at += 1;
        self.depth -= 1;
        Ok(filter)
    }

    fn condition(&mut self) -> Result<Condition, FilterError> {
        let start = self.at;
        let word = self.word();
        let Some((field, _)) = field(self.slice(&word)) else {
            let sought = self.sought()?;
            return self.words(start, sought).map(Condition::Says);
        };
        let field = field.to_ascii_lowercase();
        if !FIELDS.contains(&field.as_str()) {
            return Err(self.unknown(start..start + field.len(), &field));
        }
        self.at = start + field.len() + 1;
        if self.has_no_value() {
            let text = format!("nothing stands behind `{field}:`");
            let hint = format!("write {}", example(&field));
            return Err(error(start..self.at, text, Some(&hint)));
        }
        let value = self.at;
        let sought = self.sought()?;
        let at = value..self.at;
        Ok(match field.as_str() {
            "caption" => Condition::Caption(self.words(value, sought)?),
            "name" => Condition::Name(self.words(value, sought)?),
            "model" => Condition::Model(sought),
            "provider" => Condition::Provider(sought),
            "folder" => Condition::Folder(sought),
            "prompt" => Condition::Prompt(sought),
            "decision" => {
                let words = Decision::ALL.map(Decision::word);
                Condition::Decision(self.one_of(at, &words, Decision::from_word)?)
            }
            "outcome" => {
                let words = Outcome::ALL.map(Outcome::word);
                Condition::Outcome(self.one_of(at, &words, Outcome::from_word)?)
            }
            "flag" => {
                let words = Flag::ALL.map(Flag::word);
                Condition::Flag(self.one_of(at, &words, Flag::from_word)?)
            }
            "usage" => Condition::Usage(self.bounds(at, &field, count)?),
            "chars" => Condition::Chars(self.bounds(at, &field, count)?),
            "cost" => Condition::Cost(self.bounds(at, &field, dollars)?),
            "before" => Condition::Before(self.day(at)?),
            // Whatever else is a field was read above.
            _ => Condition::After(self.day(at)?),
        })
    }

    /// The value that comes next: a phrase or a word.
    fn sought(&mut self) -> Result<Sought, FilterError> {
        if !self.rest().starts_with('"') {
            let word = self.word();
            self.at = word.end;
            return Ok(Sought::word(self.slice(&word)));
        }
        let open = self.at..self.at + 1;
        let mut phrase = String::new();
        let mut letters = self.slice(&(open.end..self.written.len())).char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.at = open.end + at + 1;
                    return Ok(Sought::phrase(phrase));
                }
                '\\' if letters.as_str().starts_with(['"', '\\']) => {
                    phrase.extend(letters.next().map(|(_, letter)| letter));
                }
                letter => phrase.push(letter),
            }
        }
        Err(unclosed(open, "quotation", "\""))
    }

    /// The same, where there is a word in what began at `start`.
    fn words(&self, start: usize, sought: Sought) -> Result<Sought, FilterError> {
        if !sought.words().is_empty() {
            return Ok(sought);
        }
        let at = start..self.at;
        let text = format!("there is no letter and no digit in `{}`", self.shown(&at));
        Err(error(at, text, Some("only words can be looked for")))
    }

    fn one_of<T>(
        &self,
        at: Range<usize>,
        words: &[&str],
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, FilterError> {
        let written = self.slice(&at).to_ascii_lowercase();
        read(&written).ok_or_else(|| {
            let text = format!("`{}` is none of {}", self.shown(&at), words.join(", "));
            let hint = nearest(&written, words).map(|near| format!("did you mean {near}?"));
            error(at, text, hint.as_deref())
        })
    }

    fn bounds(
        &self,
        at: Range<usize>,
        field: &str,
        unit: impl Fn(&str) -> Option<u64>,
    ) -> Result<Bounds, FilterError> {
        Bounds::read(self.slice(&at), unit).map_err(|wrong| {
            let text = format!("`{}` {wrong}", self.shown(&at));
            let hint = format!("write {}", example(field));
            error(at, text, Some(&hint))
        })
    }

    fn day(&self, at: Range<usize>) -> Result<Date, FilterError> {
        let written = self.slice(&at);
        let is_plain = written.len() == "2026-11-01".len();
        let day = written.parse::<Date>().ok().filter(|_| is_plain);
        day.ok_or_else(|| {
            let text = format!("`{}` is no day", self.shown(&at));
            error(at, text, Some("write a day such as 2026-11-01"))
        })
    }

    /// What comes next; blanks before it are skipped.
    fn peek(&mut self) -> Token {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        let mut letters = self.rest().chars();
        match letters.next() {
            None => Token::End,
            Some('(') => Token::Open,
            Some(')') => Token::Close,
            Some('-') => match letters.next() {
                Some(next) if !next.is_whitespace() && next != ')' => Token::Minus,
                _ => Token::Value,
            },
            _ => match self.slice(&self.word()).to_ascii_lowercase().as_str() {
                "and" => Token::And,
                "or" => Token::Or,
                "not" => Token::Not,
                _ => Token::Value,
            },
        }
    }

    /// The letters from here to the next blank, bracket or quotation mark.
    fn word(&self) -> Range<usize> {
        let is_end = |letter: char| letter.is_whitespace() || matches!(letter, '(' | ')' | '"');
        let rest = self.rest();
        self.at..self.at + rest.find(is_end).unwrap_or(rest.len())
    }

    fn skip_word(&mut self) {
        self.at = self.word().end;
    }

    fn has_no_value(&self) -> bool {
        self.word().is_empty() && !self.rest().starts_with('"')
    }

    fn rest(&self) -> &str {
        self.written.get(self.at..).unwrap_or_default()
    }

    fn slice(&self, at: &Range<usize>) -> &str {
        self.written.get(at.clone()).unwrap_or_default()
    }

    fn shown(&self, at: &Range<usize>) -> String {
        Foreign::new(self.slice(at)).shown(SHOWN)
    }

    fn wrong_bracket(&self) -> FilterError {
        let text = "this bracket closes nothing".to_owned();
        error(self.at..self.at + 1, text, None)
    }

    fn unknown(&self, at: Range<usize>, field: &str) -> FilterError {
        let text = format!("there is no field `{}`", self.shown(&at));
        let hint = match nearest(field, &FIELDS) {
            Some(near) => format!("did you mean {near}:?"),
            None => format!(
                "there are {}; put it in quotation marks to look for the words",
                FIELDS.join(", ")
            ),
        };
        error(at, text, Some(&hint))
    }
}

fn unclosed(at: Range<usize>, what: &str, end: &str) -> FilterError {
    let text = format!("this {what} is not closed");
    error(at, text, Some(&format!("write {end} at its end")))
}

fn error(at: Range<usize>, text: String, hint: Option<&str>) -> FilterError {
    FilterError {
        at,
        text,
        hint: hint.map(str::to_owned),
    }
}

/// `parts` in one, where parts of the same kind are not kept apart.
fn joined(
    mut parts: Vec<Filter>,
    make: impl Fn(Vec<Filter>) -> Filter,
    inner: impl Fn(Filter) -> Result<Vec<Filter>, Filter>,
) -> Filter {
    if parts.len() == 1
        && let Some(only) = parts.pop()
    {
        return only;
    }
    let mut all = Vec::with_capacity(parts.len());
    for part in parts {
        match inner(part) {
            Ok(parts) => all.extend(parts),
            Err(part) => all.push(part),
        }
    }
    make(all)
}

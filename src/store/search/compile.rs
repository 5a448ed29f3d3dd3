//! A filter as SQL.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::types::Value;
use rusqlite::{Connection, Result};

use super::TAG;
use crate::domain::filter::{Bounds, Condition, Filter, Sought, SoughtWord};
use crate::domain::flags::Flag;
use crate::domain::review::Decision;
use crate::domain::run::Outcome;

/// A condition that holds for more names than these is asked of each row instead.
const NAMES: u8 = 64;

/// A filter, or a part of one, as it is put to the database: both of these must hold.
#[derive(Debug, Default)]
pub(in crate::store) struct Question {
    /// What the index finds.
    index: Option<Index>,
    /// What each row is asked then, in SQL that is never NULL.
    pub(in crate::store) row: Option<String>,
}

/// A question in the language of the index.
#[derive(Debug)]
enum Index {
    /// It finds the runs that are meant.
    Finds(String),
    /// It finds those that are not.
    Leaves(String),
}

impl Question {
    /// What is looked up in the index, in its own language; `None` where it cannot help.
    pub(in crate::store) fn matching(&self) -> Option<String> {
        self.index.as_ref().map(Index::found)
    }

    fn row(sql: impl Into<String>) -> Self {
        Self {
            index: None,
            row: Some(sql.into()),
        }
    }

    fn index(matching: String) -> Self {
        Self {
            index: Some(Index::Finds(matching)),
            row: None,
        }
    }
}

impl Index {
    fn found(&self) -> String {
        match self {
            Self::Finds(matching) => matching.clone(),
            Self::Leaves(matching) => {
                // The index takes away from what it has found, so first it finds everything.
                let everything = Outcome::ALL.map(outcome).join(" OR ");
                format!("({everything}) NOT ({matching})")
            }
        }
    }
}

/// Writes filters down.
pub(in crate::store) struct Compiler<'a> {
    /// Where folders, models and providers have their names.
    pub(in crate::store) connection: &'a Connection,
    /// Whose midnights days begin at.
    pub(in crate::store) zone: &'a TimeZone,
    /// Captions of more characters are too long.
    pub(in crate::store) length_limit: Option<u64>,
    /// The parameters so far, from number 1 on.
    pub(in crate::store) values: Vec<Value>,
}

impl Compiler<'_> {
    /// The question that `filter` is; its parameters are added.
    pub(in crate::store) fn compile(&mut self, filter: &Filter) -> Result<Question> {
        match filter {
            Filter::Is(condition) => self.condition(condition),
            Filter::Not(filter) => {
                let question = self.compile(filter)?;
                Ok(self.not(question))
            }
            Filter::All(parts) => {
                let parts = self.each(parts)?;
                Ok(all(parts))
            }
            Filter::Any(parts) => {
                let parts = self.each(parts)?;
                Ok(self.any(&parts))
            }
        }
    }

    fn each(&mut self, parts: &[Filter]) -> Result<Vec<Question>> {
        parts.iter().map(|part| self.compile(part)).collect()
    }

    fn not(&mut self, question: Question) -> Question {
        match question {
            Question {
                index: Some(index),
                row: None,
            } => Question {
                index: Some(match index {
                    Index::Finds(matching) => Index::Leaves(matching),
                    Index::Leaves(matching) => Index::Finds(matching),
                }),
                row: None,
            },
            question => Question::row(format!("NOT ({})", self.of_each_row(&question))),
        }
    }

    fn any(&mut self, parts: &[Question]) -> Question {
        let found: Option<Vec<_>> = parts.iter().map(Question::matching).collect();
        let index = found.map(|found| Index::Finds(bracketed(&found, " OR ")));
        let is_known = parts.iter().all(|part| part.row.is_none());
        let row = (!is_known).then(|| {
            let rows: Vec<_> = parts.iter().map(|part| self.of_each_row(part)).collect();
            bracketed(&rows, " OR ")
        });
        Question { index, row }
    }

    /// All of a question as it is put to a row.
    pub(in crate::store) fn of_each_row(&mut self, question: &Question) -> String {
        let found = question.matching().map(|matching| {
            let matching = self.value(matching);
            format!("run.id IN (SELECT rowid FROM found WHERE found MATCH {matching})")
        });
        let conditions: Vec<_> = found.into_iter().chain(question.row.clone()).collect();
        if conditions.is_empty() {
            "1".to_owned()
        } else {
            bracketed(&conditions, " AND ")
        }
    }

    /// The name of a new parameter.
    pub(in crate::store) fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    fn condition(&mut self, condition: &Condition) -> Result<Question> {
        Ok(match condition {
            Condition::Says(sought) => {
                let texts = [CAPTION, "run.name"];
                self.says(sought, "", &texts)
            }
            Condition::Caption(sought) => self.says(sought, "caption:", &[CAPTION]),
            Condition::Name(sought) => self.says(sought, "name:", &["run.name"]),
            Condition::Model(sought) => self.labelled('m', sought)?,
            Condition::Provider(sought) => self.labelled('p', sought)?,
            Condition::Folder(sought) => self.in_folder(sought)?,
            Condition::Prompt(sought) => {
                let [written, stars] = self.sought(sought);
                Question::row(format!(
                    "+run.request IN (SELECT id FROM request
                     WHERE stands_in({written}, {stars}, prompt)
                     OR stands_in({written}, {stars}, coalesce(system, '')))"
                ))
            }
            Condition::Decision(is) => Question::index(decision(*is)),
            Condition::Outcome(is) => Question::index(outcome(*is)),
            Condition::Flag(Flag::TooLong) => match self.length_limit {
                Some(limit) => {
                    let limit = self.number(limit);
                    Question::row(format!("{CHARACTERS} > {limit}"))
                }
                None => Question::row("0"),
            },
            Condition::Flag(Flag::SameCaption) => Question::row("same_caption"),
            Condition::Flag(is) => Question::index(flag(*is)),
            Condition::Usage(bounds) => self.between("completion_tokens", *bounds),
            Condition::Cost(bounds) => self.between("cost", *bounds),
            Condition::Chars(bounds) => self.between(CHARACTERS, *bounds),
            Condition::Before(day) => self.day("<", *day),
            Condition::After(day) => self.day(">=", *day),
        })
    }

    /// The words of `sought`, side by side in one of the `texts`, which `column` has in the index.
    fn says(&mut self, sought: &Sought, column: &str, texts: &[&str]) -> Question {
        let words = sought.words();
        let is_whole = |word: &SoughtWord| word.whole().is_some();
        let is_known = words.split_last().is_some_and(|(last, before)| {
            before.iter().all(is_whole) && (is_whole(last) || last.is_prefix())
        });
        if is_known {
            let phrase: Vec<_> = words.iter().map(SoughtWord::beginning).collect();
            let star = words
                .last()
                .filter(|word| word.is_prefix())
                .map_or("", |_| "*");
            return Question::index(format!("{column}\"{}\"{star}", phrase.join(" ")));
        }
        let begun = words.iter().filter(|word| !word.beginning().is_empty());
        let narrow: Vec<_> = begun
            .map(|word| {
                let star = word.whole().map_or("*", |_| "");
                format!("{column}\"{}\"{star}", word.beginning())
            })
            .collect();
        let [written, stars] = self.sought(sought);
        let said = texts
            .iter()
            .map(|text| format!("says({written}, {stars}, {text})"));
        let said: Vec<_> = said.collect();
        Question {
            index: (!narrow.is_empty()).then(|| Index::Finds(bracketed(&narrow, " AND "))),
            row: Some(bracketed(&said, " OR ")),
        }
    }

    /// The runs of the models or providers whose name fits.
    fn labelled(&mut self, kind: char, sought: &Sought) -> Result<Question> {
        let ids: Vec<i64> = self
            .connection
            .prepare("SELECT id FROM label WHERE kind = ?1 AND stands_in(?2, ?3, name) LIMIT ?4")?
            .query_map(
                (
                    kind.to_string(),
                    sought.written(),
                    sought.has_stars(),
                    NAMES + 1,
                ),
                |row| row.get(0),
            )?
            .collect::<Result<_>>()?;
        if let Some(index) = one_of(&ids, |id| label(kind, id)) {
            return Ok(index);
        }
        let name = if kind == 'm' {
            "request.model"
        } else {
            "coalesce(provider, '')"
        };
        let [written, stars] = self.sought(sought);
        let is_there = if kind == 'm' {
            "1"
        } else {
            "provider IS NOT NULL"
        };
        Ok(Question::row(format!(
            "({is_there} AND stands_in({written}, {stars}, {name}))"
        )))
    }

    fn in_folder(&mut self, sought: &Sought) -> Result<Question> {
        let ids: Vec<i64> = self
            .connection
            .prepare("SELECT id FROM folder WHERE stands_in(?1, ?2, path) LIMIT ?3")?
            .query_map((sought.written(), sought.has_stars(), NAMES + 1), |row| {
                row.get(0)
            })?
            .collect::<Result<_>>()?;
        if let Some(index) = one_of(&ids, folder) {
            return Ok(index);
        }
        let [written, stars] = self.sought(sought);
        Ok(Question::row(format!(
            "+run.folder IN (SELECT id FROM folder WHERE stands_in({written}, {stars}, path))"
        )))
    }

    fn sought(&mut self, sought: &Sought) -> [String; 2] {
        let written = self.value(sought.written().to_owned());
        [written, self.value(i64::from(sought.has_stars()))]
    }

    fn between(&mut self, column: &str, bounds: Bounds) -> Question {
        let [least, most] = [bounds.least(), bounds.most()].map(|bound| self.number(bound));
        Question::row(format!("({column} BETWEEN {least} AND {most}) IS TRUE"))
    }

    /// What is more than a database can keep, no run has.
    fn number(&mut self, number: u64) -> String {
        self.value(i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn day(&mut self, sign: &str, day: Date) -> Question {
        // A day beyond the end of time has no beginning that could be named.
        let begins = day
            .to_zoned(self.zone.clone())
            .map_or(if day.year() < 0 { i64::MIN } else { i64::MAX }, |begins| {
                begins.timestamp().as_microsecond()
            });
        let begins = self.value(begins);
        Question::row(format!("run.started {sign} {begins}"))
    }
}

/// The caption as it reads now.
const CAPTION: &str = "coalesce(reviewed.caption, run.caption)";
/// How many characters it has.
const CHARACTERS: &str = "(CASE WHEN reviewed.caption IS NULL THEN run.caption_chars
    ELSE letters(reviewed.caption) END)";

/// All of `parts` at once.
fn all(parts: Vec<Question>) -> Question {
    let (mut found, mut left, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        match part.index {
            Some(Index::Finds(matching)) => found.push(matching),
            Some(Index::Leaves(matching)) => left.push(matching),
            None => {}
        }
        rows.extend(part.row);
    }
    let left = (!left.is_empty()).then(|| bracketed(&left, " OR "));
    let found = (!found.is_empty()).then(|| bracketed(&found, " AND "));
    Question {
        index: match (found, left) {
            (Some(found), Some(left)) => Some(Index::Finds(format!("({found}) NOT ({left})"))),
            (Some(found), None) => Some(Index::Finds(found)),
            (None, left) => left.map(Index::Leaves),
        },
        row: (!rows.is_empty()).then(|| bracketed(&rows, " AND ")),
    }
}

/// The runs that have one of these tags; `None` where there are too many of them.
fn one_of(ids: &[i64], tag: impl Fn(i64) -> String) -> Option<Question> {
    if ids.len() > usize::from(NAMES) {
        return None;
    }
    let tags: Vec<_> = ids.iter().map(|id| tag(*id)).collect();
    Some(if tags.is_empty() {
        Question::row("0")
    } else {
        Question::index(bracketed(&tags, " OR "))
    })
}

fn bracketed(parts: &[String], between: &str) -> String {
    match parts {
        [one] => one.clone(),
        parts => format!("({})", parts.join(between)),
    }
}

/// The tag of those that ended so.
pub(super) fn outcome(outcome: Outcome) -> String {
    tag(
        'o',
        match outcome {
            Outcome::Captioned => "c",
            Outcome::Failed => "f",
            Outcome::Cancelled => "x",
            Outcome::Interrupted => "i",
        },
    )
}

/// The tag of those that were decided on so.
pub(super) fn decision(decision: Decision) -> String {
    tag(
        'r',
        match decision {
            Decision::Pending => "p",
            Decision::Accepted => "a",
            Decision::Rejected => "r",
        },
    )
}

/// The tag of a doubt about a caption.
pub(super) fn flag(flag: Flag) -> String {
    tag('f', flag.word().replace('-', ""))
}

/// The tag of pictures in a folder, by the number of its row.
pub(in crate::store) fn folder(id: i64) -> String {
    tag('d', id)
}

/// The tag of what is labelled with this number.
pub(super) fn label(kind: char, id: i64) -> String {
    tag(kind, id)
}

fn tag(kind: char, what: impl std::fmt::Display) -> String {
    format!("{TAG}{kind}{what}")
}

//! Presets: named prompts with parameters.

use std::ffi::OsStr;
use std::path::Path;

use super::request::{Effort, Prompt, Terms};
use super::text::Foreign;

/// A named prompt with parameters. What it does not name is as the settings say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preset {
    /// The instruction; [`Variable`]s in it are filled in for each picture.
    pub prompt: Option<String>,
    /// What the model is told beforehand; variables as in the prompt.
    pub system: Option<String>,
    /// At most so many tokens of answer, thinking included.
    pub max_tokens: Option<u32>,
    /// 0 (always the likeliest word) to 2.
    pub temperature: Option<f64>,
    /// The same seed asks for the same answer.
    pub seed: Option<i64>,
    /// How long a model may think.
    pub effort: Option<Effort>,
}

impl Preset {
    /// These terms with what the preset names put in their place.
    #[must_use]
    pub fn over(&self, terms: &Terms) -> Terms {
        let mut terms = terms.clone();
        if let Some(prompt) = &self.prompt {
            terms.prompt.text.clone_from(prompt);
        }
        if self.system.is_some() {
            terms.prompt.system.clone_from(&self.system);
        }
        let parameters = &mut terms.parameters;
        parameters.max_tokens = self.max_tokens.or(parameters.max_tokens);
        parameters.temperature = self.temperature.or(parameters.temperature);
        parameters.seed = self.seed.or(parameters.seed);
        parameters.effort = self.effort.or(parameters.effort);
        terms
    }
}

/// What can be filled into a prompt, written `{filename}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variable {
    /// The name of the picture's file, without its ending.
    Filename,
    /// The name of the folder it lies in.
    Folder,
    /// The caption that it has.
    Caption,
}

impl Variable {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Filename, Self::Folder, Self::Caption];

    /// As it is written in a prompt.
    pub fn written(self) -> &'static str {
        match self {
            Self::Filename => "{filename}",
            Self::Folder => "{folder}",
            Self::Caption => "{caption}",
        }
    }

    /// What it tells whoever gets the prompt, for people.
    pub fn said(self) -> &'static str {
        match self {
            Self::Filename => "the file's name",
            Self::Folder => "the folder's name",
            Self::Caption => "the caption that it has",
        }
    }

    /// What several of them tell: `the file's name and the folder's name`; `None` where there are
    /// none.
    pub fn all_said(variables: impl IntoIterator<Item = Self>) -> Option<String> {
        let said: Vec<_> = variables.into_iter().map(Self::said).collect();
        let (last, others) = said.split_last()?;
        Some(match others {
            [] => (*last).to_owned(),
            others => format!("{} and {last}", others.join(", ")),
        })
    }

    /// Those that stand in `prompt` or in what the model is told beforehand.
    pub fn in_terms(terms: &Terms) -> impl Iterator<Item = Self> {
        let prompt = &terms.prompt;
        Self::ALL.into_iter().filter(|variable| {
            let is_in = |text: &str| text.contains(variable.written());
            is_in(&prompt.text) || prompt.system.as_deref().is_some_and(is_in)
        })
    }
}

/// A prompt with its variables filled in for the picture at `path`, both parts as [`fill`] does.
#[must_use]
pub fn fill_prompt(template: &Prompt, path: &Path, caption: &Foreign) -> Prompt {
    let filled = |text: &String| fill(text, path, caption);
    Prompt {
        text: filled(&template.text),
        system: template.system.as_ref().map(filled),
    }
}

/// `template` with its variables filled in for the picture at `path`; `caption` is the caption
/// that it has. What is filled in is not read again for variables.
pub fn fill(template: &str, path: &Path, caption: &Foreign) -> String {
    let name = |part: Option<&OsStr>| Foreign::from_os(part.unwrap_or_default());
    let (file, folder) = (
        name(path.file_stem()),
        name(path.parent().and_then(Path::file_name)),
    );
    let value = |variable| match variable {
        Variable::Filename => file.raw(),
        Variable::Folder => folder.raw(),
        Variable::Caption => caption.raw().trim(),
    };
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        let found = Variable::ALL
            .into_iter()
            .find(|variable| from.starts_with(variable.written()));
        if let Some(variable) = found {
            filled.push_str(value(variable));
            rest = &from[variable.written().len()..];
        } else {
            filled.push('{');
            rest = &from[1..];
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_once_and_other_braces_stay() {
        let path = Path::new("/photos/2024/my {caption}.jpg");
        let filled = |template| fill(template, path, &Foreign::new(" a cat {folder}\n"));
        assert_eq!(
            filled("{filename} in {folder}: {caption}, {\"json\": {filenam}} {"),
            "my {caption} in 2024: a cat {folder}, {\"json\": {filenam}} {"
        );
        assert_eq!(
            fill("{folder}|", Path::new("/a.jpg"), &Foreign::default()),
            "|"
        );
    }

    #[test]
    fn a_preset_overrules_what_it_names_and_nothing_else() {
        let mut terms = Terms::default();
        terms.prompt.text = "settings".to_owned();
        terms.parameters.seed = Some(1);
        terms.parameters.max_tokens = Some(100);
        let preset = Preset {
            system: Some("say {caption} again".to_owned()),
            max_tokens: Some(7),
            effort: Some(Effort::Low),
            ..Preset::default()
        };
        let over = preset.over(&terms);
        assert_eq!(over.prompt.text, "settings");
        assert_eq!(over.parameters.seed, Some(1));
        assert_eq!(over.parameters.max_tokens, Some(7));
        assert_eq!(over.parameters.effort, Some(Effort::Low));
        assert!(Variable::in_terms(&over).eq([Variable::Caption]));
        assert_eq!(Variable::in_terms(&terms).count(), 0);
    }

    #[test]
    fn what_variables_tell_is_listed() {
        let said = |variables: &[Variable]| Variable::all_said(variables.iter().copied());
        assert_eq!(said(&[]), None);
        assert_eq!(said(&[Variable::Folder]).unwrap(), "the folder's name");
        assert_eq!(
            said(&Variable::ALL).unwrap(),
            "the file's name, the folder's name and the caption that it has"
        );
    }
}

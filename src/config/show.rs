//! The settings as a file that would say the same, with where each came from.

use std::fmt;

use super::error::shown;
use super::hugging_face::{ENDPOINT, HuggingFace, ROUTER, SERVICE};
use super::settings::Settings;
use super::value::{Value, quoted};
use super::{Setting, endpoint, preset};
use crate::domain::text::Foreign;

/// TOML, one value a line; behind each a comment says who set it. What is not set, and what only
/// the environment can set, is a comment.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, "models", &self.models)?;
        line(f, "prompt", &self.prompt)?;
        line(f, "system", &self.system)?;
        line(f, "max_tokens", &self.max_tokens)?;
        line(f, "temperature", &self.temperature)?;
        line(f, "seed", &self.seed)?;
        line(f, "effort", &self.effort)?;
        line(f, "preset", &self.preset)?;
        line(f, "upload", &self.upload)?;
        line(f, "concurrency", &self.concurrency)?;
        line(f, "concurrency_per_host", &self.concurrency_per_host)?;
        line(f, "daily_cap", &self.daily_cap)?;
        line(f, "timeout", &self.timeout)?;
        line(f, "hidden", &self.hidden)?;
        line(f, "sort", &self.sort)?;
        line(f, "color", &self.color)?;
        line(f, "graphics", &self.graphics)?;
        line(f, "picture_budget", &self.picture_budget)?;
        line(f, "length_limit", &self.length_limit)?;
        line(f, "log", &self.log)?;
        writeln!(f)?;
        write!(f, "{}", self.hugging_face)?;
        for (name, Setting { value, source }) in &self.endpoints {
            writeln!(f, "\n[endpoints.{}]  # from {source}", quoted(name))?;
            lines(f, &endpoint::lines(value))?;
        }
        for (name, Setting { value, source }) in &self.presets {
            writeln!(f, "\n[presets.{}]  # from {source}", quoted(name))?;
            lines(f, &preset::lines(value))?;
        }
        Ok(())
    }
}

/// Comments.
impl fmt::Display for HuggingFace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, Setting { value, source }) in [
            (ENDPOINT, &self.endpoint),
            (ROUTER, &self.router),
            (SERVICE, &self.service),
        ] {
            let address = value.as_str().trim_end_matches('/');
            writeln!(f, "# {name} = {}  # from {source}", quoted(address))?;
        }
        if let Some(variable) = self.offline {
            writeln!(f, "# {variable}: Hugging Face is not asked")?;
        }
        if let Some(variable) = self.token.forbidden {
            return writeln!(f, "# {variable}: no Hugging Face token is used");
        }
        for (variable, _) in &self.token.variables {
            writeln!(f, "# the token may be in {variable}")?;
        }
        if let Some(file) = &self.token.file {
            let file = Foreign::from_os(file.as_os_str());
            writeln!(f, "# the token may be in {}", shown(&file))?;
        }
        Ok(())
    }
}

/// What is set of a table.
fn lines(f: &mut fmt::Formatter<'_>, lines: &[(&str, String)]) -> fmt::Result {
    let mut set = lines.iter().filter(|(_, written)| !written.is_empty());
    set.try_for_each(|(key, written)| writeln!(f, "{key} = {written}"))
}

fn line<T: Value>(
    f: &mut fmt::Formatter<'_>,
    key: &str,
    Setting { value, source }: &Setting<T>,
) -> fmt::Result {
    match value.toml().as_str() {
        "" => writeln!(f, "# {key} is not set"),
        value => writeln!(f, "{key} = {value}  # from {source}"),
    }
}

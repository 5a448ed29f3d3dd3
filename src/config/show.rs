//! The settings as a file that would say the same, with where each came from.

use std::fmt;

use super::Setting;
use super::error::shown;
use super::hugging_face::{ENDPOINT, HuggingFace, ROUTER, SERVICE};
use super::settings::Settings;
use super::value::{Value, quoted};
use crate::domain::endpoint::Endpoint;
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
        line(f, "upload", &self.upload)?;
        line(f, "concurrency", &self.concurrency)?;
        line(f, "concurrency_per_host", &self.concurrency_per_host)?;
        line(f, "daily_cap", &self.daily_cap)?;
        line(f, "timeout", &self.timeout)?;
        line(f, "hidden", &self.hidden)?;
        line(f, "sort", &self.sort)?;
        line(f, "color", &self.color)?;
        line(f, "log", &self.log)?;
        writeln!(f)?;
        write!(f, "{}", self.hugging_face)?;
        for (name, Setting { value, source }) in &self.endpoints {
            writeln!(f, "\n[endpoints.{}]  # from {source}", quoted(name))?;
            write!(f, "{value}")?;
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

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "url = {}", self.url.toml())?;
        writeln!(f, "protocol = {}", self.protocol.toml())?;
        if let Some(model) = &self.model {
            writeln!(f, "model = {}", quoted(model))?;
        }
        if let Some(token) = &self.token {
            writeln!(f, "token = {}", token.toml())?;
        }
        Ok(())
    }
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

//! The settings as a file that would say the same, with where each came from.

use std::fmt;

use super::endpoint::Endpoint;
use super::value::{Value, quoted};
use super::{Setting, Settings};

/// TOML, one value a line; behind each a comment says who set it.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, "models", &self.models)?;
        line(f, "prompt", &self.prompt)?;
        line(f, "concurrency", &self.concurrency)?;
        line(f, "hidden", &self.hidden)?;
        line(f, "sort", &self.sort)?;
        line(f, "color", &self.color)?;
        line(f, "log", &self.log)?;
        for (name, Setting { value, source }) in &self.endpoints {
            writeln!(f, "\n[endpoints.{}]  # from {source}", quoted(name))?;
            write!(f, "{value}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "url = {}", quoted(&self.url))?;
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
    writeln!(f, "{key} = {}  # from {source}", value.toml())
}

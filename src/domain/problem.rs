//! An error as a person reads it.

use std::error::Error;

use super::text::Foreign;

/// What went wrong, why, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// One line that names the thing that failed.
    pub headline: Foreign,
    /// Why, from the outermost cause to the innermost.
    pub causes: Vec<Foreign>,
    /// What the person can do about it.
    pub hint: Option<Foreign>,
}

impl Problem {
    /// A problem that is told by `headline` alone.
    pub fn new(headline: impl Into<String>) -> Self {
        Self {
            headline: Foreign::new(headline),
            causes: Vec::new(),
            hint: None,
        }
    }

    /// The whole chain of `error`: its own text as the headline, its sources as the causes.
    pub fn from_error(error: &dyn Error) -> Self {
        let problem = Self::new(error.to_string());
        match error.source() {
            Some(cause) => problem.because(cause),
            None => problem,
        }
    }

    /// The same problem with `cause` and its sources as further causes.
    #[must_use]
    pub fn because(mut self, cause: &dyn Error) -> Self {
        let mut source = Some(cause);
        while let Some(cause) = source {
            self.causes.push(Foreign::new(cause.to_string()));
            source = cause.source();
        }
        self
    }

    /// The same problem with the next step to take.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(Foreign::new(hint));
        self
    }

    /// Headline and causes on one line, for a notice.
    pub fn sentence(&self) -> Foreign {
        let mut line = self.headline.raw().to_owned();
        for cause in &self.causes {
            line.push_str(": ");
            line.push_str(cause.raw());
        }
        Foreign::new(line)
    }
}

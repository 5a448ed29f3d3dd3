//! What the environment tells of the terminal.

use super::theme::Depth;

/// What is known of the terminal before it is asked anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact by itself, and all of them together occur"
)]
pub struct Surroundings {
    /// How many colours it shows.
    pub depth: Depth,
    /// Which variable told that.
    pub depth_by: &'static str,
    /// True where it is reached over ssh.
    pub ssh: bool,
    /// True inside tmux or screen.
    pub multiplexer: bool,
    /// True for a terminal that is known to show pictures in iTerm2's way.
    pub iterm: bool,
    /// True where text goes out in UTF-8.
    pub utf8: bool,
}

/// Why a terminal cannot show the dashboard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It calls itself dumb.
    #[error("TERM={0} cannot show a dashboard")]
    Dumb(String),
}

impl Surroundings {
    /// Reads the environment through `get`; `colour` is what the person wants: `None` for what
    /// the terminal shows.
    ///
    /// # Errors
    /// The terminal cannot show a dashboard.
    pub fn read(get: impl Fn(&str) -> Option<String>, colour: Option<bool>) -> Result<Self, Unfit> {
        let term = get("TERM").unwrap_or_default();
        if term.is_empty() || term == "dumb" {
            return Err(Unfit::Dumb(term));
        }
        Ok(Self::of(get, colour))
    }

    /// The same of any terminal, be it one that cannot show a dashboard.
    ///
    /// Where a multiplexer runs, what names the terminal around it counts for nothing: it may have
    /// been started in one terminal and be shown in another. ssh forwards TERM and `LC_*`, and
    /// neither COLORTERM nor `TERM_PROGRAM`.
    pub fn of(get: impl Fn(&str) -> Option<String>, colour: Option<bool>) -> Self {
        let is = |name: &str, values: &[&str]| {
            get(name).is_some_and(|value| values.contains(&value.as_str()))
        };
        let term = get("TERM").unwrap_or_default();
        let multiplexer =
            get("TMUX").is_some() || term.starts_with("tmux") || term.starts_with("screen");
        let named = is("TERM_PROGRAM", &["iTerm.app", "WezTerm"]) || is("LC_TERMINAL", &["iTerm2"]);
        let (shown, shown_by) = depth_of(&term, &get("COLORTERM").unwrap_or_default());
        let (depth, depth_by) = match colour {
            Some(false) => (Depth::Mono, "NO_COLOR or the setting color"),
            Some(true) | None => (shown, shown_by),
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(&get);
        let locale = locale.unwrap_or_default().to_lowercase();
        Self {
            depth,
            depth_by,
            ssh: get("SSH_CONNECTION").is_some() || get("SSH_TTY").is_some(),
            multiplexer,
            iterm: named && !multiplexer,
            utf8: locale.contains("utf-8") || locale.contains("utf8"),
        }
    }
}

/// The colours of a terminal, and which variable told them. Whatever calls itself xterm has shown
/// 256 for many years, though its name promises eight: a picture in sixteen cannot be recognised.
fn depth_of(term: &str, colorterm: &str) -> (Depth, &'static str) {
    const TRUE: [&str; 4] = ["xterm-kitty", "xterm-ghostty", "wezterm", "alacritty"];
    if matches!(colorterm, "truecolor" | "24bit") {
        return (Depth::True, "COLORTERM");
    }
    let depth = if TRUE.contains(&term) || term.starts_with("foot") || term.ends_with("-direct") {
        Depth::True
    } else if term.contains("256color") || term.starts_with("tmux") || term.starts_with("xterm") {
        Depth::Indexed
    } else {
        Depth::Basic
    };
    (depth, "TERM")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)], colour: Option<bool>) -> Result<Surroundings, Unfit> {
        let get = |name: &str| {
            let variable = variables.iter().find(|(known, _)| *known == name);
            variable.map(|(_, value)| (*value).to_owned())
        };
        Surroundings::read(get, colour)
    }

    fn depth(variables: &[(&str, &str)]) -> Depth {
        read(variables, None).unwrap().depth
    }

    #[test]
    fn colours_are_told_by_the_environment() {
        assert_eq!(
            depth(&[("TERM", "xterm"), ("COLORTERM", "truecolor")]),
            Depth::True
        );
        assert_eq!(depth(&[("TERM", "xterm-kitty")]), Depth::True);
        assert_eq!(depth(&[("TERM", "foot-extra")]), Depth::True);
        assert_eq!(depth(&[("TERM", "xterm-256color")]), Depth::Indexed);
        assert_eq!(depth(&[("TERM", "tmux")]), Depth::Indexed);
        assert_eq!(depth(&[("TERM", "xterm")]), Depth::Indexed);
        assert_eq!(depth(&[("TERM", "linux")]), Depth::Basic);
    }

    #[test]
    fn whoever_wants_no_colours_gets_none() {
        let variables = [("TERM", "xterm-kitty")];
        assert_eq!(read(&variables, Some(false)).unwrap().depth, Depth::Mono);
        assert_eq!(read(&variables, Some(true)).unwrap().depth, Depth::True);
    }

    #[test]
    fn a_dumb_terminal_is_refused() {
        assert_eq!(
            read(&[("TERM", "dumb")], None),
            Err(Unfit::Dumb("dumb".into()))
        );
        assert_eq!(read(&[], None), Err(Unfit::Dumb(String::new())));
    }

    #[test]
    fn ssh_is_told_by_the_environment() {
        assert!(
            read(&[("TERM", "xterm"), ("SSH_TTY", "/dev/pts/1")], None)
                .unwrap()
                .ssh
        );
        assert!(!read(&[("TERM", "xterm")], None).unwrap().ssh);
    }

    fn around(variables: &[(&str, &str)]) -> Surroundings {
        let term = [("TERM", "xterm-256color")];
        read(&[variables, &term].concat(), None).unwrap()
    }

    #[test]
    fn what_names_a_terminal_counts_for_nothing_inside_a_multiplexer() {
        for name in [
            ("TERM_PROGRAM", "iTerm.app"),
            ("TERM_PROGRAM", "WezTerm"),
            ("LC_TERMINAL", "iTerm2"),
        ] {
            assert!(around(&[name]).iterm, "{name:?}");
            for inside in [("TMUX", "socket"), ("TERM", "screen.xterm")] {
                let around = around(&[inside, name]);
                assert!(around.multiplexer && !around.iterm, "{name:?}, {inside:?}");
            }
        }
        assert!(!around(&[("TERM_PROGRAM", "Apple_Terminal")]).iterm);
    }

    #[test]
    fn the_first_locale_that_is_set_tells_whether_text_is_utf8() {
        assert!(around(&[("LANG", "de_AT.UTF-8")]).utf8);
        assert!(around(&[("LC_CTYPE", "en_US.utf8"), ("LANG", "C")]).utf8);
        assert!(!around(&[("LC_ALL", "C"), ("LANG", "de_AT.UTF-8")]).utf8);
        assert!(!around(&[("LANG", "de_AT.ISO-8859-1")]).utf8);
        assert!(!around(&[]).utf8);
    }
}

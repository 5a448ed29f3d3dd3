//! What the environment tells of the terminal.

use super::theme::Depth;

/// What is known of the terminal before it is asked anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// How many colours it shows.
    pub depth: Depth,
    /// True where it is reached over ssh.
    pub ssh: bool,
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
    /// COLORTERM is not forwarded by ssh, so TERM counts as well. Whatever calls itself xterm has
    /// shown 256 colours for many years, though its name promises eight: a picture in sixteen
    /// cannot be recognised.
    ///
    /// # Errors
    /// The terminal cannot show a dashboard.
    pub fn read(get: impl Fn(&str) -> Option<String>, colour: Option<bool>) -> Result<Self, Unfit> {
        let term = get("TERM").unwrap_or_default();
        if term.is_empty() || term == "dumb" {
            return Err(Unfit::Dumb(term));
        }
        let shown = depth_of(&term, &get("COLORTERM").unwrap_or_default());
        Ok(Self {
            depth: match colour {
                Some(false) => Depth::Mono,
                Some(true) | None => shown,
            },
            ssh: get("SSH_CONNECTION").is_some() || get("SSH_TTY").is_some(),
        })
    }
}

fn depth_of(term: &str, colorterm: &str) -> Depth {
    const TRUE: [&str; 4] = ["xterm-kitty", "xterm-ghostty", "wezterm", "alacritty"];
    if matches!(colorterm, "truecolor" | "24bit")
        || TRUE.contains(&term)
        || term.starts_with("foot")
        || term.ends_with("-direct")
    {
        Depth::True
    } else if term.contains("256color") || term.starts_with("tmux") || term.starts_with("xterm") {
        Depth::Indexed
    } else {
        Depth::Basic
    }
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
}

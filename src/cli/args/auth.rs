//! What can be typed of tokens and accounts.

use std::ffi::OsString;

use clap::Subcommand;

/// `blipboard auth`.
#[derive(Debug, Subcommand)]
pub enum AuthCommand {
    /// Take a token of yours and keep it where `hf auth login` does.
    ///
    /// It is typed without being shown, or read from stdin where that is no terminal.
    Login {
        /// Keep it by this name; without it, by the name it has at Hugging Face.
        #[arg(long)]
        name: Option<String>,
        /// Here only to be refused without being repeated.
        #[arg(hide = true)]
        token: Vec<OsString>,
    },
    /// Forget the active token, or the one of this name.
    Logout {
        /// The name it is kept by.
        name: Option<String>,
    },
    /// Use the token of this name from now on; without a name, list them.
    Switch {
        /// The name it is kept by.
        name: Option<String>,
    },
    /// Say whose token is used and what it may do; exit code 1 where it is of no use.
    Whoami {
        /// Print one object.
        #[arg(long)]
        json: bool,
    },
    /// Have an organisation of yours billed, or yourself again; without either, say who is.
    BillTo {
        /// Its name at Hugging Face.
        #[arg(value_name = "ORGANISATION")]
        organisation: Option<String>,
        /// Nobody but yourself.
        #[arg(long, conflicts_with = "organisation")]
        me: bool,
    },
}

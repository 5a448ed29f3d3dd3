//! `blipboard auth`.

mod record;
mod words;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read};

use jiff::Timestamp;

use crate::domain::account::{TokenPlace, TokenState, TokenStatus};
use crate::domain::problem::Problem;
use crate::domain::token::{NEW_TOKEN_PAGE, Token, shown_name};
use crate::engine::Engine;

use super::report::Report;
use super::{AuthCommand, Desk, Exit, Stop, shown, unseen};
use record::Record;

/// So much of stdin is read, in bytes: more than any token has.
const MOST: u64 = 64 << 10;
/// Columns of a name in a sentence.
const WIDTH: usize = 80;

/// Logs in or out, changes the token or who is billed, or says what is known.
pub(super) async fn run(
    command: AuthCommand,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Result<Exit, Stop> {
    let engine = (desk.open)(report)?;
    match command {
        AuthCommand::Login { name, token } => login(&engine, name, &token, report).await,
        AuthCommand::Logout { name } => logout(&engine, name, report).await,
        AuthCommand::Switch { name: Some(name) } => switch(&engine, name, report).await,
        AuthCommand::Switch { name: None } => list(&engine, report).await,
        AuthCommand::Whoami { json } => whoami(&engine, json, report).await,
        AuthCommand::BillTo { organisation, me } => {
            bill_to(&engine, organisation, me, report).await
        }
    }
}

async fn login(
    engine: &Engine,
    name: Option<String>,
    arguments: &[OsString],
    report: &mut Report,
) -> Result<Exit, Stop> {
    if !arguments.is_empty() {
        let headline = "a token is no argument: whoever lists the processes would see it";
        let hint = "type it when asked, or: blipboard auth login <FILE";
        return Err(Problem::new(headline).with_hint(hint).into());
    }
    report.note(&format!(
        "a token that may call models is made at {NEW_TOKEN_PAGE}"
    ));
    let Some(token) = read_token(report)? else {
        report.note("nothing was stored");
        return Ok(Exit::Interrupted);
    };
    let status = engine.log_in_as(name.clone(), token).await?;
    let active = status.stored.iter().find(|token| token.is_active);
    let kept = name.or(active.map(|token| token.name.clone()));
    let kept = format!(
        "the token is kept as {}",
        shown_name(&kept.unwrap_or_default())
    );
    report.note(&match (&status.state, &status.place) {
        (TokenState::Good(account), Some(TokenPlace::File(file))) => {
            let name = account.name.shown(WIDTH);
            format!("logged in as {name}; {kept} in {}", shown(file))
        }
        _ => kept,
    });
    warn(&status, report);
    Ok(Exit::Done)
}

/// The token that is typed, or that comes from stdin; `None` where the person breaks off.
fn read_token(report: &mut Report) -> Result<Option<Token>, Problem> {
    let keyboard = io::stdin();
    let unread = |error: io::Error| Problem::new(format!("cannot read the token: {error}"));
    let written = if keyboard.is_terminal() {
        let ask = || report.prompt("token (it is not shown): ");
        let typed = unseen::line(keyboard.lock(), ask);
        report.prompt("\n");
        match typed.map_err(unread)? {
            Some(typed) => typed,
            None => return Ok(None),
        }
    } else {
        let mut bytes = Vec::new();
        let read = keyboard.lock().take(MOST).read_to_end(&mut bytes);
        read.map_err(unread)?;
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let token = Token::read(&written).map_err(|error| {
        Problem::from_error(&error).with_hint("copy it again, and pass it alone and whole")
    })?;
    Ok(Some(token))
}

async fn logout(engine: &Engine, name: Option<String>, report: &mut Report) -> Result<Exit, Stop> {
    let what = match &name {
        Some(name) => format!("forgot the token kept as {}", shown_name(name)),
        None => "logged out".to_owned(),
    };
    let status = engine.log_out(name).await?;
    report.note(&what);
    match &status.place {
        Some(TokenPlace::Variable(name)) => report.warning(
            &Problem::new(format!("the token in {name} is used all the same"))
                .with_hint(format!("unset {name}")),
        ),
        Some(TokenPlace::File(_)) => {}
        None if status.stored.is_empty() => {}
        None => report.note("others are kept: `blipboard auth switch` lists them"),
    }
    Ok(Exit::Done)
}

async fn switch(engine: &Engine, name: String, report: &mut Report) -> Result<Exit, Stop> {
    let what = format!("the active token is {}", shown_name(&name));
    let status = engine.switch_token(name).await?;
    report.note(&what);
    warn(&status, report);
    Ok(Exit::Done)
}

async fn list(engine: &Engine, report: &mut Report) -> Result<Exit, Stop> {
    let stored = engine.stored_tokens().await?;
    let names: Vec<String> = stored.iter().map(|token| shown_name(&token.name)).collect();
    let widest = names.iter().map(|name| name.chars().count()).max();
    let widest = widest.unwrap_or_default();
    for (token, name) in stored.iter().zip(&names) {
        let star = if token.is_active { '*' } else { ' ' };
        let expires = token.expires.map_or_else(String::new, |moment| {
            format!("  {}", words::expiry(moment, Timestamp::now()))
        });
        let line = format!("{star} {name:<widest$}  {}{expires}", token.masked);
        report.data(line.trim_end())?;
    }
    if stored.is_empty() {
        report.note("no token is kept by name; `blipboard auth login` keeps one");
    }
    warn_of_readers(&engine.token(), report);
    Ok(Exit::Done)
}

async fn whoami(engine: &Engine, json: bool, report: &mut Report) -> Result<Exit, Stop> {
    let status = engine.check_token().await;
    let now = Timestamp::now();
    if json {
        report.object(&Record::of(&status))?;
    } else {
        for (label, text) in words::all(&status, now) {
            report.labelled(&format!("{label:<13}"), &text)?;
        }
    }
    warn_of_readers(&status, report);
    match words::problem(&status, now) {
        Some(problem) => {
            report.error(&problem);
            Ok(Exit::SomeFailed)
        }
        None => Ok(Exit::Done),
    }
}

async fn bill_to(
    engine: &Engine,
    organisation: Option<String>,
    me: bool,
    report: &mut Report,
) -> Result<Exit, Stop> {
    if organisation.is_none() && !me {
        report.data(&words::billed(&engine.settle_billing().await))?;
        return Ok(Exit::Done);
    }
    if organisation.is_some() {
        engine.check_token().await;
    }
    let status = engine.bill_to(organisation).await?;
    let note = format!("Hugging Face bills {} from now on", words::billed(&status));
    report.note(&note);
    if status.bill_to.is_some() {
        warn(&status, report);
    }
    Ok(Exit::Done)
}

/// Tells what keeps the token from being of use.
fn warn(status: &TokenStatus, report: &mut Report) {
    if let (Some(TokenPlace::Variable(name)), Some(TokenPlace::File(_))) =
        (&status.place, &status.hides)
    {
        let headline = format!("{name} holds another token, which is used instead");
        report.warning(&Problem::new(headline).with_hint(format!("unset {name}")));
    }
    warn_of_readers(status, report);
    if let Some(problem) = words::problem(status, Timestamp::now()) {
        report.warning(&problem);
    }
}

fn warn_of_readers(status: &TokenStatus, report: &mut Report) {
    if let (true, Some(TokenPlace::File(file))) = (status.is_exposed, &status.place) {
        let file = shown(file);
        let headline = format!("others on this machine may read the token in {file}");
        report.warning(&Problem::new(headline).with_hint(format!("chmod 600 {file}")));
    }
}

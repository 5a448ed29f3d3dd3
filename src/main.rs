//! Parses, chooses a face, and maps the outcome to an exit code.

use std::process::ExitCode;

use blipboard::cli::report::Report;
use blipboard::cli::{self, Cli, Command, Desk, Exit};
use blipboard::config::{self, Color, Environment, Folders, Settings};
use blipboard::domain::model::{ModelCard, ModelRef, Price};
use blipboard::domain::problem::Problem;
use blipboard::domain::text::Foreign;
use blipboard::engine::{Engine, EngineSettings};
use blipboard::log;
use blipboard::store::{Opened, Store};

fn main() -> ExitCode {
    let cli = Cli::read(std::env::args_os()).unwrap_or_else(|error| error.exit());
    let quiet = cli.common.quiet;
    start(cli)
        .unwrap_or_else(|problem| {
            Report::of_process(Color::Auto, quiet).error(&problem);
            Exit::CouldNotStart
        })
        .into()
}

fn start(cli: Cli) -> Result<Exit, Problem> {
    let environment = Environment::of_process();
    let folders = Folders::find(&environment).map_err(|error| error.problem())?;
    let loaded = config::load(&folders, &environment, cli.flags());
    let settings = &loaded.settings;
    let mut report = Report::of_process(settings.color.value, cli.common.quiet);
    if cli.command.as_ref().is_none_or(Command::uses_history)
        && let Err(error) = log::start(&folders.log_file(), settings.log.value)
    {
        report.warning(&Problem::from_error(&error));
    }
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Problem::new(format!("cannot start the threads: {error}")))?;
    let Some(command) = cli.command else {
        return Err(Problem::new("there is no dashboard yet").with_hint("see blipboard --help"));
    };
    let desk = Desk {
        folders: &folders,
        loaded: &loaded,
        environment: &environment,
        open: &|report| open(&folders, settings, report),
    };
    let exit = runtime.block_on(cli::run(command, &desk, &mut report));
    // A picture that takes for ever to decode keeps nobody waiting.
    runtime.shutdown_background();
    Ok(exit)
}

/// The engine over the history in the data folder.
fn open(folders: &Folders, settings: &Settings, report: &mut Report) -> Result<Engine, Problem> {
    let Opened { store, notice } =
        Store::open(&folders.data).map_err(|error| Problem::from_error(&error))?;
    if let Some(notice) = notice {
        report.warning(&notice);
    }
    let configured = settings.endpoints.iter().map(|(name, endpoint)| ModelCard {
        model: ModelRef::Endpoint(name.clone()),
        price: Price::Own,
        about: Foreign::new(endpoint.value.url.as_str()),
    });
    Ok(Engine::new(
        store,
        EngineSettings {
            concurrency: settings.concurrency.value.get(),
            configured: configured.collect(),
        },
    ))
}

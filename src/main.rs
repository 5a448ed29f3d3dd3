//! Parses, chooses a face, and maps the outcome to an exit code.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use blipboard::cli::delay::Waiting;
use blipboard::cli::report::Report;
use blipboard::cli::{self, Cli, Command, Desk, Exit};
use blipboard::config::{self, Color, Environment, Folders, Loaded, Settings};
use blipboard::domain::problem::Problem;
use blipboard::domain::text::Foreign;
use blipboard::engine::{Billing, Engine, EngineSettings, Network, Rentals};
use blipboard::log;
use blipboard::ui;
use blipboard::ui::keymap::Keymap;
use blipboard::ui::presets::Presets;

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
        let shown = runtime.block_on(dashboard(
            cli.path,
            &folders,
            loaded,
            &environment,
            &mut report,
        ));
        runtime.shutdown_background();
        return shown;
    };
    let desk = Desk {
        folders: &folders,
        loaded: &loaded,
        environment: &environment,
        open: &|report| {
            let (engine, notice) = open(&folders, settings, &environment, report)?;
            if let Some(notice) = notice {
                report.warning(&notice);
            }
            Ok(engine)
        },
        examine: &|| {
            ui::doctor::examine(
                |name| variable(&environment, name),
                wanted(settings.color.value),
                settings.graphics.value,
                budget(settings),
            )
        },
    };
    let exit = runtime.block_on(cli::run(command, &desk, &mut report));
    // A picture that takes for ever to decode keeps nobody waiting.
    runtime.shutdown_background();
    Ok(exit)
}

/// The engine over the history in the data folder.
fn open(
    folders: &Folders,
    settings: &Settings,
    environment: &Environment,
    report: &mut Report,
) -> Result<(Engine, Option<Problem>), Problem> {
    let settings = EngineSettings {
        concurrency: settings.concurrency.value.get() as usize,
        concurrency_per_host: settings.concurrency_per_host.value.get() as usize,
        limit: settings.limit(),
        length_limit: settings.length_limit.value.map(|limit| limit.get().into()),
        network: network(settings, environment),
        cache: folders.cache.clone(),
    };
    let mut waiting = Waiting::default();
    let opened = Engine::open_telling(&folders.data, settings, &mut |delay| {
        waiting.tell(delay, report);
    });
    waiting.end(report);
    opened.map_err(|error| error.problem())
}

fn network(settings: &Settings, environment: &Environment) -> Network {
    let endpoints = settings.endpoints.iter();
    let hugging_face = &settings.hugging_face;
    Network {
        hub: hugging_face.endpoint.value.clone(),
        router: hugging_face.router.value.clone(),
        service: hugging_face.service.value.clone(),
        offline: hugging_face.offline.is_some(),
        billing: Billing::default(),
        token: hugging_face.token.clone(),
        endpoints: endpoints
            .map(|(name, endpoint)| (name.clone(), endpoint.value.clone()))
            .collect(),
        rented: Rentals::default(),
        silence: Duration::from_secs(settings.timeout.value.get().into()),
        proxies: environment.proxies(),
    }
}

/// The dashboard over a folder, or over the folder of a picture.
async fn dashboard(
    path: Option<PathBuf>,
    folders: &Folders,
    loaded: Loaded,
    environment: &Environment,
    report: &mut Report,
) -> Result<Exit, Problem> {
    let surroundings = surroundings(environment, loaded.settings.color.value)?;
    let (folder, file) = place(path)?;
    let (engine, notice) = open(folders, &loaded.settings, environment, report)?;
    let keys = Foreign::from_os(folders.keymap_file().as_os_str());
    let (keymap, wrong_keys) = Keymap::with_changes(&keys, &loaded.keymap.unwrap_or_default());
    let problems = loaded.problems.into_iter().chain(wrong_keys).chain(notice);
    let settings = loaded.settings;
    let picture_budget = budget(&settings);
    let endpoints = settings.endpoints.iter();
    let endpoints = endpoints.map(|(name, endpoint)| (name.clone(), endpoint.value.clone()));
    let terms = settings.plain_terms();
    let presets = settings.presets.into_iter();
    let presets = presets.map(|(name, preset)| (name, preset.value));
    let setup = ui::Setup {
        engine,
        folder,
        file,
        terms,
        presets: Presets::new(presets.collect(), settings.preset.value),
        models: settings.models.value,
        sort: settings.sort.value,
        hidden: settings.hidden.value,
        keymap,
        surroundings,
        graphics: settings.graphics.value,
        picture_budget,
        endpoints: endpoints.collect(),
        environment: environment.clone(),
        home: environment.get("HOME").map(PathBuf::from),
        config_file: folders.config_file(),
        problems: problems.collect(),
    };
    let exit = ui::run(setup).await.map_err(|error| error.problem())?;
    Ok(match exit {
        ui::Exit::Done => Exit::Done,
        ui::Exit::Interrupted => Exit::Interrupted,
        ui::Exit::Terminated => Exit::Terminated,
        ui::Exit::Hangup => Exit::Hangup,
    })
}

fn surroundings(environment: &Environment, color: Color) -> Result<ui::Surroundings, Problem> {
    let plain = "`blipboard caption PATH` captions without a screen; see blipboard --help";
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        let headline = "the dashboard needs a terminal; this is a pipe or a file";
        return Err(Problem::new(headline).with_hint(plain));
    }
    ui::Surroundings::read(|name| variable(environment, name), wanted(color))
        .map_err(|error| Problem::from_error(&error).with_hint(plain))
}

fn variable(environment: &Environment, name: &str) -> Option<String> {
    let value = environment.get(name)?;
    Some(value.to_string_lossy().into_owned())
}

/// Whether the person wants colours; `None` for what the terminal shows.
fn wanted(color: Color) -> Option<bool> {
    match color {
        Color::Auto => None,
        Color::Always => Some(true),
        Color::Never => Some(false),
    }
}

/// What one picture may cost on the line, in bytes, where the person said so.
fn budget(settings: &Settings) -> Option<usize> {
    let budget = settings.picture_budget.value;
    budget.map(|budget| budget.get() as usize)
}

/// The folder to open, and the file in it to begin with.
fn place(path: Option<PathBuf>) -> Result<(PathBuf, Option<OsString>), Problem> {
    let path = path.unwrap_or_else(|| PathBuf::from("."));
    let found = path.canonicalize().map_err(|error| {
        let shown = Foreign::from_os(path.as_os_str()).shown(200);
        Problem::new(format!("cannot open {shown}: {error}"))
    })?;
    Ok(match (found.is_dir(), found.parent()) {
        (false, Some(folder)) => (folder.to_owned(), found.file_name().map(ToOwned::to_owned)),
        _ => (found, None),
    })
}

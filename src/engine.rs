//! What a face may ask for, one file a subject. Everything here is `async` and cancellable; work
//! that blocks (decoding, hashing, SQLite) runs on threads of its own (`workers.rs`).

mod account;
mod batch;
mod billing;
mod caption;
mod catalogue;
mod comparison;
mod difference;
mod export;
mod handover;
mod history;
mod hub;
mod intake;
mod library;
mod money;
mod network;
mod pace;
mod pictures;
mod preferences;
mod rented;
mod replace;
mod review;
mod searches;
mod survey;
mod together;
mod workers;

use std::collections::BTreeSet;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Semaphore, watch};

use crate::domain::image::{ImageId, ImageRef, Size};
use crate::domain::model::{Builtin, ModelCard, ModelRef};
use crate::domain::problem::Problem;
use crate::domain::run::{Run, RunId};
use crate::domain::spending::Limit;
use crate::domain::whereabouts::Whereabouts;
use crate::hub::HubError;
use crate::inference::{Captioner, InferenceError};
use crate::media::MediaError;
use crate::store::{Begun, Ending, NewRun, Opened, Store, StoreError};

pub use crate::domain::standing::Compared;
pub use crate::export::{ExportError, Target};
pub use crate::media::cache::{Holdings, Thumbnails};
pub use crate::media::pictures::Collected;
pub use crate::media::scan::{Entry, EntryKind, ScanEnd};
pub use crate::store::{Delay, Forget, HistoryQuery, Looked, Marks, Step};
pub use account::AccountError;

pub use batch::{Again, Ended, JobEvent, JobId, Queued};
pub use billing::Billing;
pub use catalogue::Refresh;
pub use difference::Spans;
pub use handover::Told;
pub use library::Recognised;
pub use network::{Network, Rentals};
pub use pictures::Look;
pub use preferences::{ChosenPresets, FilesView, Remembered};
pub use replace::Among;
pub use survey::Held;
use together::Together;
use workers::Workers;

/// What the engine needs to know beforehand.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// At most so many requests in flight, 1 or more.
    pub concurrency: usize,
    /// At most so many of them to one host, 1 or more.
    pub concurrency_per_host: usize,
    /// What may be spent in a day.
    pub limit: Limit,
    /// Captions of more characters are too long; none is where nobody said.
    pub length_limit: Option<u64>,
    /// Who can be asked, and how.
    pub network: Network,
    /// The folder of what can be made again.
    pub cache: PathBuf,
}

#[cfg(test)]
impl EngineSettings {
    /// Nobody is contacted.
    pub(crate) fn offline() -> Self {
        let url = |url: &str| url.parse().expect("an address of this file");
        Self {
            concurrency: 8,
            concurrency_per_host: 8,
            limit: Limit::None,
            length_limit: None,
            network: Network {
                hub: url("https://huggingface.co"),
                router: url("https://router.huggingface.co/v1"),
                service: url("https://api.endpoints.huggingface.cloud/v2"),
                offline: true,
                billing: Billing::default(),
                token: crate::domain::account::TokenPlaces::default(),
                endpoints: std::collections::BTreeMap::new(),
                rented: Rentals::default(),
                silence: std::time::Duration::from_mins(1),
                proxies: std::collections::BTreeMap::new(),
            },
            // No folder: nothing is kept.
            cache: PathBuf::from("/dev/null"),
        }
    }
}

/// History is written by one at a time and read by another.
const CLERKS: usize = 2;
/// A folder far away takes its time; another one need not wait for it.
const SCOUTS: usize = 4;

/// The one way from a face to everything else; clones share it.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    store: Arc<Store>,
    /// Who reads and writes history.
    clerks: Arc<Workers>,
    /// Rows of runs that begin.
    begin: Arc<Together<NewRun, Begun>>,
    /// Rows of runs that end, and those of runs that have none.
    end: Arc<Together<Ending, RunId>>,
    /// Who looks through folders.
    scouts: Workers,
    pictures: pictures::Pictures,
    thumbnails: Arc<Thumbnails>,
    /// One permit a request in flight, over all batches and hosts.
    flights: Arc<Semaphore>,
    /// One permit a job that asks no host.
    turns_here: Arc<Semaphore>,
    /// True while no new request may start.
    paused: watch::Sender<bool>,
    pace: pace::Pace,
    limit: Limit,
    line: network::Line,
    accounts: account::Accounts,
    shelf: catalogue::Shelf,
    asking: caption::Asking,
    rents: rented::Rents,
    /// Who captions in a test; `None` for whom the wire leads to.
    captioner: Option<Resolve>,
}

type Resolve = Box<dyn Fn(&ModelRef) -> Result<Captioner, InferenceError> + Send + Sync>;

/// Why the engine could not keep its promise.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The caption is there, but history could not take it.
    #[error("the caption could not be stored in history")]
    NotStored {
        /// The run, with its caption.
        run: Box<Run>,
        /// Why.
        #[source]
        cause: Box<EngineError>,
    },
    /// History could not be read or changed.
    #[error("history could not be used")]
    Store(#[from] StoreError),
    /// The picture or the folder could not be used.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// Hugging Face did not tell.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// A token was not taken, or the account not changed.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A report was not written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// Thumbnails of what is forgotten are still there.
    #[error("the thumbnails could not be deleted; `blipboard cache` names their folder")]
    Thumbnails(#[source] std::io::Error),
    /// A worker of this program broke; the log says more.
    #[error("a worker of this program stopped in the middle of its work")]
    Worker,
}

impl EngineError {
    /// The error as a person reads it.
    pub fn problem(&self) -> Problem {
        let problem = Problem::from_error(self);
        match self {
            Self::NotStored { .. } => {
                problem.with_hint("the caption is on screen only: copy it before you go on")
            }
            Self::Worker => problem.with_hint("see the log file; `blipboard config path` names it"),
            Self::Hub(error) => match error.hint() {
                Some(hint) => problem.with_hint(hint),
                None => problem,
            },
            Self::Account(error) => problem.with_hint(error.hint()),
            Self::Export(error) => match error.hint() {
                Some(hint) => problem.with_hint(hint),
                None => problem,
            },
            Self::Store(_) | Self::Media(_) | Self::Thumbnails(_) => problem,
        }
    }
}

impl Engine {
    /// An engine over the history in the folder `data`, and what the person should know of that
    /// history: it cannot be written, it was damaged and kept aside.
    ///
    /// # Errors
    /// There is no way to have a history, not even an empty one that is never stored.
    pub fn open(
        data: &Path,
        settings: EngineSettings,
    ) -> Result<(Self, Option<Problem>), EngineError> {
        Self::open_telling(data, settings, &mut |_| {})
    }

    /// The same; `on` hears why it takes more than a moment, where it does.
    ///
    /// # Errors
    /// As above.
    pub fn open_telling(
        data: &Path,
        settings: EngineSettings,
        on: &mut dyn FnMut(Delay),
    ) -> Result<(Self, Option<Problem>), EngineError> {
        let Opened { store, notice } = Store::open_telling(data, on)?;
        Ok((Self::new(store, settings), notice))
    }

    /// An engine over `store`.
    pub fn new(store: Store, settings: EngineSettings) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
        Self::with_captioners(store, settings, cores, None)
    }

    fn with_captioners(
        store: Store,
        mut settings: EngineSettings,
        cores: usize,
        captioner: Option<Resolve>,
    ) -> Self {
        let store = Arc::new(store.with_length_limit(settings.length_limit));
        settings.network.billing = Billing::read(&store);
        let (line, token) = network::Line::lay(settings.network);
        let is_scripted = captioner.is_some();
        let workers = |threads| {
            if is_scripted {
                Workers::shared()
            } else {
                Workers::new(threads)
            }
        };
        let thumbnails = Arc::new(Thumbnails::new(&settings.cache));
        let pictures = (Arc::clone(&store), Arc::clone(&thumbnails));
        let clerks = Arc::new(workers(CLERKS));
        Self(Arc::new(Inner {
            pictures: pictures::Pictures::new(pictures.0, pictures.1, cores, &workers),
            thumbnails,
            begin: Together::new(&store, &clerks, Store::begin_all),
            end: Together::new(&store, &clerks, Store::end_all),
            clerks,
            scouts: workers(SCOUTS),
            store,
            flights: Arc::new(Semaphore::new(settings.concurrency.max(1))),
            turns_here: Arc::new(Semaphore::new(settings.concurrency.max(1))),
            paused: watch::Sender::new(false),
            pace: pace::Pace::new(settings.concurrency_per_host),
            limit: settings.limit,
            accounts: account::Accounts::new(token),
            shelf: catalogue::Shelf::new(&settings.cache),
            asking: caption::Asking::default(),
            rents: rented::Rents::default(),
            line,
            captioner,
        }))
    }

    /// An engine over the history in `data` whose models all do as `captioner` does.
    #[cfg(test)]
    pub(crate) fn scripted(data: &Path, captioner: Captioner) -> Self {
        let settings = EngineSettings::offline();
        let captioners: Resolve = Box::new(move |_: &ModelRef| Ok(captioner.clone()));
        let opened = Store::open(data).expect("a test's own folder can be written");
        Self::with_captioners(opened.store, settings, 2, Some(captioners))
    }

    /// Every model that can be chosen without asking anybody: what is built in, then endpoints of
    /// one's own: what is configured, and what is known to be rented.
    pub fn models(&self) -> Vec<ModelCard> {
        let wire = self.wire();
        let own: BTreeSet<&String> = wire.endpoints.keys().chain(wire.rented.keys()).collect();
        let own = own.into_iter().cloned().map(ModelRef::Endpoint);
        std::iter::once(ModelRef::Builtin(Builtin::Describe))
            .chain(own)
            .map(|model| self.card(&model))
            .collect()
    }

    fn captioner(&self, model: &ModelRef) -> Result<Captioner, InferenceError> {
        match &self.0.captioner {
            Some(scripted) => scripted(model),
            None => self.wire().captioner(model),
        }
    }

    /// Why nothing can be stored; `None` while everything can.
    pub fn read_only(&self) -> Option<&Problem> {
        self.0.store.read_only()
    }

    /// A picture's facts and pixels for a screen, scaled to fit `within` (pixels). A picture that
    /// was seen before comes from disk, and its file is not opened unless it has changed.
    ///
    /// As many are made ready at a time as there are cores, at least two, in the order in which
    /// they are asked for; whoever drops this future gives up its turn.
    ///
    /// # Errors
    /// The picture cannot be read.
    pub async fn look(&self, image: &ImageRef, within: Size) -> Result<Look, EngineError> {
        self.0.pictures.look(image, within).await
    }

    /// What can be had of a picture within milliseconds, for the time until [`Engine::look`]
    /// answers: at the same size, but not as sharp. `None` where there is nothing, and where
    /// `look` is as quick.
    pub async fn glimpse(&self, image: &ImageRef, within: Size) -> Option<Look> {
        self.0.pictures.glimpse(image, within).await
    }

    /// Which picture a file holds; hashed unless its fingerprint is known.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn identify(&self, image: &ImageRef) -> Result<ImageId, EngineError> {
        self.0.pictures.identify(image).await
    }

    /// Where the picture lies now that lay at `image` when it was captioned: still there, or at the
    /// newest of the places where history has met it since. A file of another content never counts.
    ///
    /// # Errors
    /// A worker broke.
    pub async fn locate(&self, image: ImageRef, id: ImageId) -> Result<Whereabouts, EngineError> {
        self.0.pictures.locate(image, id).await
    }
}

#[cfg(test)]
mod tests;

//! What `update` wants done. Effects are data: a test reads them, the runtime performs them.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::domain::catalogue::{NextPage, Search};
use crate::domain::comparison::Entrant;
use crate::domain::endpoint::Endpoint;
use crate::domain::filter::Filter;
use crate::domain::handover::{Order, Plan};
use crate::domain::image::{ImageId, ImageRef, Size};
use crate::domain::intake::{Found, Source};
use crate::domain::model::ModelRef;
use crate::domain::preset::Preset;
use crate::domain::replace::Wording;
use crate::domain::request::CaptionRequest;
use crate::domain::review::{Change as Decided, Maker};
use crate::domain::run::RunId;
use crate::domain::spending::Consent;
use crate::domain::token::Token;
use crate::domain::verdict::{Contestant, Verdict};
use crate::engine::{
    Again, Among, ChosenPresets, FilesView, Forget, HistoryQuery, JobId, Refresh, Remembered,
};

/// Goes out with a question and comes back with its answer; an answer with an old one is dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(u64);

impl Ticket {
    /// The ticket of the next question; makes this one old.
    #[must_use]
    pub fn renew(&mut self) -> Self {
        self.0 += 1;
        *self
    }
}

/// Number of a verdict while the program runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RulingId(pub u64);

/// What history shall do with a verdict.
#[derive(Clone, Debug, PartialEq)]
pub enum Ruling {
    /// Store it.
    Judge(Verdict),
    /// Let it count no more, and what it replaced again.
    TakeBack,
    /// Let it count again.
    Restore,
}

/// Number of a change to how runs stand while the program runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReviewId(pub u64);

/// What history shall do with a change to how runs stand.
#[derive(Clone, Debug, PartialEq)]
pub enum Reviewing {
    /// Store it: all of it, or nothing.
    Change {
        /// What is different.
        changes: Vec<Decided>,
        /// Who makes it so.
        maker: Maker,
        /// When.
        moment: Timestamp,
    },
    /// Let it count no more.
    TakeBack,
    /// Let it count again.
    Restore,
}

/// What shall be done with many captions at once.
#[derive(Clone, Debug, PartialEq)]
pub enum Handover {
    /// Tell what would become of each file.
    Plan(Order),
    /// Write the files.
    CarryOut(Box<Plan>),
    /// Tell what would change of these captions.
    Reword(Box<Wording>, Box<Among>),
    /// The same in short, while it is typed; without a wording, how many captions there are.
    Foresee(Option<Box<Wording>>, Box<Among>),
    /// Tell which captions of other tools lie in a folder, and which of them history holds.
    FindCaptions {
        /// The folder.
        folder: PathBuf,
        /// True where the folders in it count, too.
        is_deep: bool,
        /// What is read.
        sources: Vec<Source>,
    },
    /// Take them over.
    TakeOver {
        /// Which.
        found: Vec<Found>,
        /// True where each shall become the caption of its picture.
        accept: bool,
    },
    /// Look no more: nobody waits for what would become or change.
    Leave,
}

/// What shall be done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// List a folder.
    Scan(Ticket, PathBuf),
    /// Ask history about the files of a folder.
    Recognise(Ticket, PathBuf, Vec<OsString>),
    /// Make a picture ready for the screen.
    Look(Ticket, ImageRef, Size),
    /// Nobody waits for these any more: what was not begun is dropped.
    LookAway(Vec<(ImageRef, Size)>),
    /// Tell where a picture lies now that lay there.
    Locate(Ticket, ImageRef, ImageId),
    /// Caption, all of them together.
    Caption(Vec<(JobId, CaptionRequest)>, Again),
    /// Stop these jobs.
    Stop(Vec<JobId>),
    /// Hold waiting jobs back, or let them go.
    Pause(bool),
    /// Read the runs of the picture in this file, or of the one that it held.
    Captions(Ticket, ImageRef, Option<ImageId>),
    /// Read a page of history, older than the given run.
    History(Ticket, HistoryQuery, Option<RunId>),
    /// Stop reading the page of history that was asked for last.
    StopReading,
    /// Read which filters have a name, after this.
    Filters(Saving),
    /// Read the remembered models.
    Recall,
    /// Remember a list of models.
    Remember(Remembered, Vec<ModelRef>),
    /// Read how files are shown.
    RecallView,
    /// Remember how files are shown.
    ShowAs(FilesView),
    /// Read which presets were chosen.
    RecallPresets,
    /// Remember which presets are chosen.
    ChoosePresets(ChosenPresets),
    /// Write a preset into the configuration, which is this file.
    SavePreset(Ticket, PathBuf, SavedPreset),
    /// Take the preset of this name out of the configuration, which is this file.
    RemovePreset(PathBuf, String),
    /// Tell what is known of models that are not listed, without asking anybody.
    Cards(Vec<ModelRef>),
    /// Ask what these models cost.
    Price(Vec<ModelRef>),
    /// Tell what the router serves: at once what is known, then as new as is wanted.
    Catalogue(Refresh),
    /// Search the Hub, or ask for the next page of what it found.
    Search(Ticket, Search, Option<NextPage>),
    /// Ask the Hub about one model.
    About(Ticket, String),
    /// Ask which endpoints the account rents.
    Rented,
    /// Ask whose token it is and what it may do.
    Token,
    /// Try a token, and use it from now on.
    LogIn(Ticket, Token),
    /// Change which account is used, or who pays.
    Account(Change),
    /// Write an endpoint of that name into this configuration file, and ask it from now on.
    KeepEndpoint(Ticket, PathBuf, String, Endpoint),
    /// Read what was spent today, and the cap.
    Money,
    /// Read who may have pictures.
    Consents,
    /// Remember who may have pictures.
    Allow(BTreeSet<Consent>),
    /// Count what would be forgotten.
    Count(Forget),
    /// Delete runs for good.
    Forget(Forget),
    /// Ask history in short what it holds of pictures for a comparison.
    Survey(Ticket, Vec<Entrant>, Vec<ImageRef>),
    /// Read what history holds of a picture for a comparison.
    Held(Vec<Entrant>, ImageRef),
    /// Mark the words in which texts differ from one of them.
    Differ(Ticket, Differ),
    /// Store a verdict, or change whether it counts.
    Rule(RulingId, Ruling),
    /// Tell how these runs stand now: another program may have changed that.
    Standing(Vec<RunId>),
    /// Store what was decided or written of runs, or change whether it counts.
    Review(ReviewId, Reviewing),
    /// Hand captions over, or word them anew.
    Handover(Ticket, Handover),
    /// Read what people wrote instead of a model's words.
    Versions(Ticket, RunId),
    /// Mark the words in which two versions of a caption differ.
    DifferVersions(Ticket, Differ),
    /// Add up verdicts.
    Standings(Ticket, Counted),
    /// Have this caption of a run rewritten in the person's own editor.
    EditOutside(RunId, String),
    /// Fill the clipboard.
    Copy(Copied, String),
    /// Draw everything again.
    Redraw,
    /// Stop, as the shell expects of Ctrl-z.
    Suspend,
    /// Leave.
    Quit,
}

/// In which words texts differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differ {
    /// One for each column; `None` where there is none.
    pub texts: Vec<Option<String>>,
    /// The column that the others are compared with.
    pub against: usize,
    /// True where case and punctuation count.
    pub is_exact: bool,
}

/// Which verdicts are added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Those over these alone; `None` for whoever was ever judged.
    pub among: Option<Vec<Contestant>>,
    /// Those given blind alone.
    pub is_blind: bool,
}

/// A preset on its way into the configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedPreset {
    /// The name that it had; `None` where it is new.
    pub old: Option<String>,
    /// The name that it gets.
    pub name: String,
    /// What it says.
    pub preset: Preset,
}

/// What is done about filters that have a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saving {
    /// Nothing.
    Nothing,
    /// This name is given to this filter.
    Save(String, Filter),
    /// This name is forgotten.
    Remove(String),
}

/// What was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// A caption.
    Caption,
    /// The path of a picture.
    Path,
    /// The link that makes a token.
    Link,
}

/// What changes about the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing, but Hugging Face is asked once more.
    Check,
    /// The token that is kept by this name is used.
    Switch(String),
    /// The token in use is forgotten.
    LogOut,
    /// This organisation is billed, or the person.
    BillTo(Option<String>),
}

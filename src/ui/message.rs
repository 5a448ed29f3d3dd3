//! What happens to the screen: one word for everything that comes in.

use std::collections::BTreeSet;
use std::sync::Arc;

use crossterm::event::KeyEvent;
use jiff::Timestamp;
use ratatui::layout::Size as Cells;

use super::command::Command;
use super::effect::{Copied, ReviewId, RulingId, SavedPreset, Saving, Ticket};
use crate::domain::account::TokenStatus;
use crate::domain::catalogue::{Catalogue, HubModel, Page};
use crate::domain::endpoint::{Endpoint, Rented};
use crate::domain::filter::Saved;
use crate::domain::handover::{Plan, Summary};
use crate::domain::image::{ImageFacts, ImageId, ImageRef, Pixels, Size};
use crate::domain::intake::Intake;
use crate::domain::model::{ModelCard, ModelRef};
use crate::domain::problem::Problem;
use crate::domain::replace::Rewordings;
use crate::domain::review::{Review, Revision};
use crate::domain::run::{Run, RunId, Sent, Wait};
use crate::domain::spending::{Consent, Money};
use crate::domain::verdict::Verdict;
use crate::domain::whereabouts::Whereabouts;
use crate::engine::{
    ChosenPresets, Compared, Ended, EngineError, Entry, FilesView, Forget, Held, JobId, Recognised,
    Refresh, ScanEnd, Spans,
};

/// Something that happened.
#[derive(Debug)]
pub enum Message {
    /// A key or the `:` line said so.
    Command(Command),
    /// A key for the field that takes text.
    Field(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The screen has this size now.
    Resize(Cells),
    /// The terminal came to the front.
    Focused,
    /// Time went on.
    Tick(Timestamp),
    /// The folder answers.
    Files(Ticket, FilesNews),
    /// Remembered models came back.
    Chosen {
        /// The models of the next caption; `None` where nothing was remembered.
        chosen: Option<Vec<ModelRef>>,
        /// Shown first.
        favourites: Vec<ModelRef>,
        /// Those that captioned something last, the newest first.
        recent: Vec<ModelRef>,
    },
    /// Remembered presets came back.
    Presets(ChosenPresets),
    /// How files were shown came back.
    FilesView(FilesView),
    /// A preset was written into the configuration.
    PresetSaved(Ticket, Result<SavedPreset, Problem>),
    /// The preset of this name was taken out of the configuration.
    PresetRemoved(Result<String, Problem>),
    /// What is known of some models.
    Cards(Vec<ModelCard>),
    /// What the router serves, as it was found so far for a question, and why the last one had no
    /// answer.
    Catalogue(Refresh, Catalogue, Option<Problem>),
    /// What the Hub found.
    Searched(Ticket, Result<Page, Problem>),
    /// What the Hub knows of one model.
    About(Ticket, Result<HubModel, Problem>),
    /// The endpoints that the account rents, each as it is chosen.
    Rented(Result<Vec<(ModelRef, Rented)>, Problem>),
    /// What is known of the token.
    Token(TokenStatus),
    /// What came of a token that was tried.
    LoggedIn(Ticket, Result<TokenStatus, Problem>),
    /// How the account stands after a change, and what went wrong.
    Account(TokenStatus, Option<Problem>),
    /// What came of an endpoint that was to be written down.
    EndpointKept(Ticket, Result<(Endpoint, ModelCard), Problem>),
    /// What was spent today, and the cap.
    Money(Result<Money, Problem>),
    /// Who may have pictures.
    Consents(Result<BTreeSet<Consent>, Problem>),
    /// The runs of the picture in sight.
    Captions(Ticket, Result<Vec<Run>, Problem>),
    /// A page of history, and whether more follow.
    History(Ticket, Result<(Vec<Run>, bool), Problem>),
    /// What was found of a page of history so far.
    Found(Ticket, SoFar),
    /// The filters that have a name by now, and what was done about them.
    Filters(Saving, Result<Saved, Problem>),
    /// A picture was made ready for the screen.
    Looked(Ticket, Looked),
    /// Where a picture lies now that lay there.
    Located(Ticket, (ImageRef, ImageId), Whereabouts),
    /// A job tells.
    Job(JobId, JobNews),
    /// What history holds of some pictures of a comparison.
    Surveyed(Ticket, Vec<Surveyed>),
    /// What history holds of one of them.
    Held(ImageRef, Result<Held, Problem>),
    /// Which words differ, for each column.
    Differences(Ticket, Result<Vec<Spans>, Problem>),
    /// A verdict was stored, or changed.
    Ruled(RulingId, Result<(), Problem>),
    /// So these runs stand now.
    Standing(Result<Vec<(RunId, Review)>, Problem>),
    /// A change to how runs stand was stored, taken back or made again: so they stand now.
    Reviewed(ReviewId, Result<Vec<(RunId, Review)>, Problem>),
    /// What came of something done with many captions at once.
    Handover(Ticket, HandoverNews),
    /// A caption comes back from the person's own editor, where it is another one now; and what went
    /// wrong there.
    Edited(RunId, Option<String>, Option<Problem>),
    /// What people wrote instead of a model's words, the oldest first.
    Versions(Ticket, Result<Vec<Revision>, Problem>),
    /// Which words of two versions differ.
    VersionsDiffer(Ticket, Result<Vec<Spans>, Problem>),
    /// What verdicts add up to.
    Standings(Ticket, Result<Compared, Problem>),
    /// How many runs would be forgotten.
    Counted(Forget, Result<u64, Problem>),
    /// Runs were forgotten.
    Forgotten(Result<u64, Problem>),
    /// The clipboard was filled.
    Copied(Copied),
    /// Something went wrong that the person should know.
    Failed(Problem),
    /// The program is asked to leave, from outside.
    Leave,
}

/// What came of something done with many captions at once.
#[derive(Debug)]
pub enum HandoverNews {
    /// What would become of each file.
    Planned(Result<Plan, Problem>),
    /// The files are written.
    Done(Result<Summary, Problem>),
    /// What would change.
    Reworded(Result<Reworded, Problem>),
    /// Which captions of other tools would be taken over.
    Found(Result<Intake, Problem>),
    /// They are taken over.
    TakenOver {
        /// As these runs.
        runs: Result<Vec<RunId>, Problem>,
        /// True where each shall become the caption of its picture.
        accept: bool,
    },
    /// What would change, in short, of what is being typed.
    Foreseen(Result<Reworded, Problem>),
}

/// What a wording would change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reworded {
    /// All of it, or where it is told in short the first of it.
    pub found: Rewordings,
    /// The first of the changes, three lines each, their words marked; safe to show.
    pub samples: Vec<String>,
}

/// What was found so far of what is looked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SoFar {
    /// What was not told before, newest first.
    pub runs: Vec<Run>,
    /// So many runs were looked through; 0 where an index finds them.
    pub looked: u64,
}

/// What the folder answers.
#[derive(Debug)]
pub enum FilesNews {
    /// Some of its entries.
    Entries(Vec<Entry>),
    /// That was all.
    End(Result<ScanEnd, Problem>),
    /// What history knows of some of its files.
    Recognised(Vec<Recognised>),
}

/// A picture for the screen.
#[derive(Debug)]
pub struct Looked {
    /// Which.
    pub image: ImageRef,
    /// Made to fit into this many pixels.
    pub within: Size,
    /// What came of it.
    pub look: Result<(ImageFacts, Arc<Pixels>), Problem>,
}

/// What history holds of a picture, in short.
#[derive(Clone, Debug, PartialEq)]
pub struct Surveyed {
    /// Which.
    pub image: ImageRef,
    /// For each contestant, whether it answered.
    pub answered: Vec<bool>,
    /// The verdict over all of them that counts.
    pub verdict: Option<Verdict>,
}

/// What a job tells.
#[derive(Debug)]
pub enum JobNews {
    /// It goes on.
    Heard(Heard),
    /// It was cancelled before its turn.
    Dropped,
    /// It is over.
    Ended(Box<Result<Ended, EngineError>>),
}

/// What was heard of a job since the last frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    /// More of the caption.
    pub answer: String,
    /// More of what the model thinks aloud.
    pub thinking: String,
    /// What leaves this machine.
    pub sent: Option<Sent>,
    /// True where that is less than before, which was too large.
    pub smaller: bool,
    /// It waits until then.
    pub waiting: Option<(Timestamp, Wait)>,
}

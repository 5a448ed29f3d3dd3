//! What a person can tell the dashboard to do, and where a key counts.

use std::path::PathBuf;

use jiff::civil::Date;

use crate::domain::model::ModelRef;
use crate::domain::review::Decision;
use crate::domain::sort::Sort;
use crate::domain::verdict::Choice;

/// What a person can tell the dashboard to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Moves the cursor of the focused list.
    Move(Motion),
    /// Into the folder under the cursor, or one step to the right.
    Into,
    /// Out of the folder, or one step to the left.
    Out,
    /// To a folder by its path.
    Go(PathBuf),
    /// The main action of the focused pane.
    Activate,
    /// One level back: closes, widens, deselects.
    Back,
    /// Focuses the next pane.
    NextPane,
    /// Focuses the previous pane.
    PreviousPane,
    /// Focuses a pane.
    Focus(Pane),
    /// Opens the focused pane full screen, or closes it again.
    Zoom,
    /// Selects the item under the cursor and steps down.
    Select,
    /// Starts or ends a range.
    SelectRange,
    /// Selects everything, or nothing.
    SelectAll,
    /// Captions the picture or the selection with the chosen models.
    Caption,
    /// Chooses or drops a model by name.
    Choose(ModelRef),
    /// Chooses a model with this provider and no other.
    Pin(ModelRef),
    /// Marks the model under the cursor as a favourite.
    Favourite,
    /// Presets: puts one in force for all models, makes, changes and deletes them.
    Presets,
    /// Gives the model under the cursor a preset of its own.
    OwnPreset,
    /// Finds in the focused pane.
    Find,
    /// Filters the catalogue of models.
    Filter,
    /// Filters of history that have a name, or the one of this name.
    Filters(Option<String>),
    /// Sorts the catalogue of models by what comes next.
    NextOrder,
    /// Looks for models of the other task.
    Task,
    /// The next or previous place that was found.
    FindNext {
        /// True for the previous one.
        back: bool,
    },
    /// To the first picture without a caption.
    Uncaptioned,
    /// Copies the caption in sight.
    CopyCaption,
    /// Copies the path of the picture in sight.
    CopyPath,
    /// The list of jobs.
    Jobs,
    /// Everything known of the item.
    Info,
    /// Everything known of the account, and what can be done about it.
    Account,
    /// The form that takes a token.
    LogIn,
    /// Copies the link that makes a token.
    CopyLink,
    /// The form of a new endpoint.
    AddEndpoint,
    /// The form of the endpoint under the cursor.
    EditEndpoint,
    /// Compares what the chosen models say of the selection, or of the whole folder.
    Compare {
        /// True where nobody shall see who wrote what.
        is_blind: bool,
    },
    /// Hides who wrote what, or shows it again.
    Blind,
    /// Shows who wrote what of the picture in sight.
    Reveal,
    /// Judges the captions of the picture in sight.
    Judge(Choice),
    /// Finds the caption in sight good enough or not, or takes that back.
    Decide(Decision),
    /// Rewrites the caption in sight.
    Edit,
    /// Rewrites it in the person's own editor.
    EditOutside,
    /// Breaks the line in the caption that is rewritten.
    LineBreak,
    /// All versions of the caption in sight.
    Versions,
    /// Asks the same model the same once more about the picture in sight.
    AskAgain,
    /// To the next caption that nobody decided on.
    Pending,
    /// Finds every caption good enough on which nobody decided and which nobody doubts, asked.
    AcceptAll,
    /// Another caption of the same picture: the next one, or the previous one.
    Sibling {
        /// True for the previous one.
        back: bool,
    },
    /// Scrolls the text in review.
    Read(Motion),
    /// The field for the reason of a verdict.
    Reason,
    /// Takes the newest verdict or decision back.
    Undo,
    /// Makes it again, where it was taken back last.
    Redo,
    /// Marks the words in which captions differ.
    Differences {
        /// True where case and punctuation shall count, or no more.
        is_exact: bool,
    },
    /// Scrolls each column by itself, or all together.
    ScrollAlone,
    /// The next picture of a comparison, or the previous one.
    Turn {
        /// True for the previous one.
        back: bool,
    },
    /// To the first picture of a comparison without a verdict.
    Unjudged,
    /// What verdicts add up to.
    Standings,
    /// The form that hands captions over to other tools.
    Export,
    /// The form that takes captions of other tools over.
    Import,
    /// The form that finds and replaces in many captions.
    Reword,
    /// Deletes the run under the cursor for good, asked.
    Delete,
    /// Deletes every run before a date for good, asked.
    ForgetBefore(Date),
    /// The `:` line.
    Line,
    /// Completes the word that is typed.
    Complete,
    /// Help of what is on screen.
    Help,
    /// The card of the first start.
    FirstSteps,
    /// The contact sheet of the folder; where it is open, the list in its place.
    Sheet,
    /// Shows or hides hidden files.
    Hidden,
    /// Sorts the files; the next order where none is named.
    Sort(Option<Sort>),
    /// History of this folder, or of all.
    Scope,
    /// Reads the folder again.
    Reload,
    /// Draws the screen again.
    Redraw,
    /// Runs the job under the cursor once more.
    Retry,
    /// Runs every job that failed once more.
    RetryAll,
    /// Stops the job under the cursor.
    Stop,
    /// Stops every job.
    StopAll,
    /// Holds waiting jobs back, or lets them go.
    Pause,
    /// Cancels the job in focus; twice to quit.
    Cancel,
    /// Agrees to the question.
    Yes,
    /// To the shell; `fg` comes back.
    Suspend,
    /// Back, or out.
    Quit,
}

/// A pane of the dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The folder.
    Files,
    /// The models.
    Models,
    /// What models say of the picture in sight.
    Captions,
    /// What was done.
    History,
}

impl Pane {
    /// In the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Files, Self::Models, Self::Captions, Self::History];

    /// The one after it, round and round.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Files => Self::Models,
            Self::Models => Self::Captions,
            Self::Captions => Self::History,
            Self::History => Self::Files,
        }
    }

    /// The one before it.
    #[must_use]
    pub fn previous(self) -> Self {
        self.next().next().next()
    }
}

/// Where a list's cursor goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// One up.
    Up,
    /// One down.
    Down,
    /// One to the left.
    Left,
    /// One to the right.
    Right,
    /// To the first.
    Top,
    /// To the last.
    Bottom,
    /// Half a page up.
    HalfUp,
    /// Half a page down.
    HalfDown,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
}

/// Where a binding counts, from the strongest to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// A caption that is rewritten.
    Editing,
    /// A form; its fields take text.
    Form,
    /// A field that takes text.
    Text,
    /// A question.
    Question,
    /// A menu.
    Menu,
    /// The list of jobs.
    Jobs,
    /// A box to read and close.
    Reading,
    /// The card of the first start.
    Card,
    /// The contact sheet.
    Sheet,
    /// A comparison.
    Comparison,
    /// Standings.
    Standings,
    /// Versions of a caption.
    Versions,
    /// The files pane, zoomed.
    FilesZoomed,
    /// The models pane, zoomed.
    ModelsZoomed,
    /// The captions pane, zoomed.
    CaptionsZoomed,
    /// The history pane, zoomed.
    HistoryZoomed,
    /// The files pane.
    Files,
    /// The models pane.
    Models,
    /// The captions pane.
    Captions,
    /// The history pane.
    History,
    /// Everywhere.
    Global,
}

impl Context {
    /// Its name in `keymap.toml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Editing => "editing",
            Self::Form => "form",
            Self::Text => "text",
            Self::Question => "question",
            Self::Menu => "menu",
            Self::Jobs => "jobs",
            Self::Reading => "reading",
            Self::Card => "card",
            Self::Sheet => "sheet",
            Self::Comparison => "comparison",
            Self::Standings => "standings",
            Self::Versions => "versions",
            Self::FilesZoomed => "files-zoomed",
            Self::ModelsZoomed => "models-zoomed",
            Self::CaptionsZoomed => "captions-zoomed",
            Self::HistoryZoomed => "history-zoomed",
            Self::Files => "files",
            Self::Models => "models",
            Self::Captions => "captions",
            Self::History => "history",
            Self::Global => "global",
        }
    }

    /// All of them, strongest first.
    pub const ALL: [Self; 21] = [
        Self::Editing,
        Self::Form,
        Self::Text,
        Self::Question,
        Self::Menu,
        Self::Jobs,
        Self::Reading,
        Self::Card,
        Self::Sheet,
        Self::Comparison,
        Self::Standings,
        Self::Versions,
        Self::FilesZoomed,
        Self::ModelsZoomed,
        Self::CaptionsZoomed,
        Self::HistoryZoomed,
        Self::Files,
        Self::Models,
        Self::Captions,
        Self::History,
        Self::Global,
    ];
}

//! blipboard, a terminal workbench for image captioning: somebody with a folder of pictures, on a
//! machine reached over ssh, looks at each picture in the terminal, has it captioned by one model
//! or several, keeps what they said in history, and finds it again.
//!
//! # The house
//!
//! Arrows run down only, and rooms on one floor never name each other; `tests/architecture.rs`
//! keeps it so.
//!
//! | floor | room | what belongs there |
//! |---|---|---|
//! | faces | [`ui`] | the dashboard: the only room that knows ratatui and crossterm |
//! | | [`cli`] | the command line: the only room that knows clap, and the only one that prints |
//! | middle | [`engine`] | what a face may ask for, one file a subject |
//! | ground | [`media`] | picture files: listing, identifying, decoding, scaling, making uploads, keeping thumbnails |
//! | | [`hub`] | Hugging Face itself: where its token is found, whose it is, which models there are |
//! | | [`inference`] | captioners: the code that speaks one protocol each |
//! | | [`store`] | history and preferences: the only room that knows SQL |
//! | | [`export`] | reports and captions that leave the program, one file a format |
//! | below these two | [`http`] | the network: the only room that knows reqwest |
//! | beside | [`config`], [`log`] | settings and the log file, read and opened by `main` and handed on as plain values |
//! | below all | [`domain`] | plain data and its rules: no input, no output |
//!
//! # The one road of a caption
//!
//! A key becomes a [`ui::command::Command`]; [`ui::update::update`] makes a
//! [`domain::request::CaptionRequest`] of it and answers with [`ui::effect::Effect::Caption`]; the
//! runtime hands that to [`engine::Engine::batch`], the same function that the command line calls.
//! For each request [`engine::Engine::caption`] has the picture prepared once for all who want
//! it, puts money aside and writes a row in state *sent*, asks the captioner, and completes the
//! row, whatever came of it. A failed or cancelled caption is a result that is stored; an error
//! means that the program could not keep its own promise. Rows that a kill leaves in state *sent*
//! become *interrupted* at the next start.
//!
//! # Words
//!
//! *image* a picture file · *thumbnail* its small raster · *model* who captions, by name ·
//! *captioner* the code that speaks one protocol · *provider* who serves a model · *endpoint* a
//! URL of one's own · *usage* text tokens · *prompt* the instruction · *request* image, model,
//! prompt and parameters · *job* a request in flight · *partial* what has come of it so far ·
//! *run* a finished job, stored · *outcome* captioned, failed, cancelled or interrupted ·
//! *caption* the text · *flag* a computed doubt about it · *batch* requests started together ·
//! *comparison* runs of one picture side by side · *contestant* whose they are · *verdict* which of
//! them was preferred · *standing* what verdicts add up to · *report* a comparison as a file ·
//! *plan* what handing captions over would do to each file · *sidecar* a caption in a file beside
//! its picture ·
//! *preference* what the program remembers, *setting* what the person wrote · *command*,
//! *message*, *effect* · *pane*, *overlay*, *notice* (a passing line), *problem* (an error shown)
//!
//! # Deliberately absent
//!
//! No HTTP/2: a handful of requests at a time each have a connection of their own. No file
//! watcher, since it does not see what other hosts do on a network disk: a folder is read again on
//! focus and on `r`. No `unsafe`, no configuration from the folder of pictures, and no text from
//! outside on a terminal except through [`domain::text::Foreign`].
//!
//! # Not verified
//!
//! The protocols are tried against recorded and reported answers, never against the live service.
//! Only that can show: the header that names the provider (`x-inference-provider`); the bodies of
//! 402, 403, 404, 410, 413, 429 and 5xx as the router words them today; its limit on the size of a
//! request and its time-out; whether `/v1/models` always answers without a token; the answer of
//! an endpoint that wakes up or is paused; whether a token of role *read* or one of `hf auth login`
//! may call models; whether a pinned provider is ever replaced by another; what a cancelled request
//! is billed; whether the Hub takes all that is asked of a page in one address, and how its pages
//! link; what the service tells of rented endpoints beside what its own client reads.

#![expect(
    clippy::must_use_candidate,
    reason = "nearly every function here is a question, and a question asked in vain shows in its place"
)]

pub mod cli;
pub mod config;
pub mod domain;
pub mod engine;
pub mod export;
pub mod http;
pub mod hub;
pub mod inference;
pub mod log;
pub mod media;
pub mod store;
pub mod ui;

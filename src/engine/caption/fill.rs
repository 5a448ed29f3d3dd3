//! Variables of a prompt, filled in for each picture.

use std::collections::BTreeSet;

use super::Stop;
use crate::domain::image::ImageRef;
use crate::domain::preset::{Variable, fill_prompt};
use crate::domain::request::{CaptionRequest, Prompt};
use crate::domain::run::{Failure, Outcome, Run};
use crate::domain::text::Foreign;
use crate::engine::Engine;
use crate::media::sidecar;

impl Engine {
    /// What these requests tell beside pictures and instructions: file names are personal.
    pub fn tells(&self, requests: &[CaptionRequest]) -> BTreeSet<Variable> {
        let fitted = |request: &CaptionRequest| self.wire().fit(request.clone());
        let told = |request| Variable::in_terms(&fitted(request).terms()).collect::<Vec<_>>();
        requests.iter().flat_map(told).collect()
    }

    /// The request with what its prompt asks for, as history keeps it and its key counts it.
    /// `request` holds only what its model takes.
    pub(in crate::engine) async fn fill(
        &self,
        mut request: CaptionRequest,
    ) -> Result<CaptionRequest, Stop> {
        let wanted: Vec<_> = Variable::in_terms(&request.terms()).collect();
        if wanted.is_empty() {
            return Ok(request);
        }
        let image = &request.image;
        let caption = if wanted.contains(&Variable::Caption) {
            let caption = self.caption_of(image, &request.prompt).await?;
            caption.ok_or_else(|| no_caption_yet(image))?
        } else {
            Foreign::default()
        };
        request.prompt = fill_prompt(&request.prompt, image.path(), &caption);
        Ok(request)
    }

    /// The caption that a picture has: the one beside it, else the newest in history.
    async fn caption_of(&self, image: &ImageRef, prompt: &Prompt) -> Result<Option<Foreign>, Stop> {
        let path = image.path().to_owned();
        let beside = self.0.scouts.run(move || sidecar::caption(&path)).await?;
        if beside.is_some() {
            return Ok(beside);
        }
        let id = self.0.pictures.identify(image).await?;
        let runs = self.ask(move |store| store.runs_of(&id)).await?;
        Ok(newest(&runs, prompt).cloned())
    }
}

/// The newest caption, but for those that answer this very prompt: asked once more, or of several
/// models, it asks the same, and history holds the answer.
fn newest<'a>(runs: &'a [Run], prompt: &Prompt) -> Option<&'a Foreign> {
    let is_caption = |run: &&Run| run.outcome == Outcome::Captioned && !run.caption.is_blank();
    let mut runs = runs.iter().filter(is_caption);
    while let Some(run) = runs.next() {
        let path = run.request.image.path();
        let asked_with = |old: &Run| fill_prompt(prompt, path, &old.caption) == run.request.prompt;
        if !runs.clone().any(asked_with) {
            return Some(&run.caption);
        }
    }
    None
}

fn no_caption_yet(image: &ImageRef) -> Stop {
    let beside = image.path().with_extension("txt");
    let beside = Foreign::from_os(beside.file_name().unwrap_or_default());
    Stop::Failed(Failure {
        kind: "no-caption-yet".to_owned(),
        message: Foreign::new(format!(
            "the prompt asks for {{caption}} and this picture has none yet: caption it with another \
             prompt first, or write one into {} beside it",
            beside.shown(80)
        )),
        hint: None,
    })
}

#[cfg(test)]
mod tests;

//! Comparisons for tests.

use std::time::Duration;

use jiff::Timestamp;

use super::*;
use crate::domain::model::Price;
use crate::domain::request::{CaptionRequest, Prompt};
use crate::domain::review::Review;
use crate::domain::run::{Failure, Timing};
use crate::domain::verdict::{Choice, Side};

/// `org/NAME` under a preset, asked for a caption.
pub(crate) fn entrant(name: &str, preset: Option<&str>) -> Entrant {
    Entrant {
        contestant: Contestant {
            model: format!("org/{name}").parse().unwrap(),
            preset: preset.map(str::to_owned),
        },
        terms: Terms {
            prompt: Prompt {
                text: "Describe it.".to_owned(),
                system: None,
            },
            ..Terms::default()
        },
    }
}

/// An answer after two seconds, for a hundredth of a cent.
pub(crate) fn said(image: &ImageRef, entrant: &Entrant, caption: &str) -> Answer {
    let model = entrant.contestant.model.clone();
    Answer::Run {
        run: Box::new(Run {
            id: None,
            request: CaptionRequest::new(image.clone(), model, &entrant.terms),
            image_id: Some(id(image)),
            batch: None,
            outcome: Outcome::Captioned,
            caption: Foreign::new(caption),
            thinking: Foreign::default(),
            finish_reason: None,
            failure: None,
            provider: Some(Foreign::new(caption)),
            usage: None,
            price: Price::Unknown,
            cost_micro_usd: Some(100),
            sent: None,
            request_id: None,
            timing: Timing {
                started: Timestamp::UNIX_EPOCH,
                first_answer: None,
                elapsed: Duration::from_secs(2),
            },
            review: Review::default(),
            noticed: Vec::new(),
        }),
        from_history: false,
    }
}

/// A run that failed.
pub(crate) fn failed(image: &ImageRef, entrant: &Entrant, message: &str) -> Answer {
    let Answer::Run { mut run, .. } = said(image, entrant, "") else {
        unreachable!("it is a run");
    };
    run.outcome = Outcome::Failed;
    run.failure = Some(Failure {
        kind: "refused".to_owned(),
        message: Foreign::new(message),
        hint: None,
    });
    Answer::Run {
        run,
        from_history: false,
    }
}

/// Which picture such a file holds.
pub(crate) fn id(image: &ImageRef) -> ImageId {
    let mut id = [0; 32];
    for (byte, letter) in id.iter_mut().zip(image.name().raw().bytes()) {
        *byte = letter;
    }
    ImageId(id)
}

/// That `choice` was made among these.
pub(crate) fn verdict(
    image: &ImageRef,
    entrants: &[Entrant],
    choice: Choice,
    reason: &str,
) -> Verdict {
    let side = |entrant: &Entrant| Side {
        contestant: entrant.contestant.clone(),
        run: None,
        chars: Some(5),
    };
    Verdict {
        image: id(image),
        moment: Timestamp::UNIX_EPOCH,
        choice,
        blind: true,
        seed: None,
        reason: reason.to_owned(),
        sides: entrants.iter().map(side).collect(),
    }
}

/// Two pictures for two contestants: `text` is every text that comes from outside.
pub(crate) fn comparison(text: &str) -> Comparison {
    // A file name holds no slash, and no byte that ends it.
    let name = text.replace(['/', '\0'], "");
    let images = ["a", "b"].map(|first| ImageRef::new(format!("/photos/{first}{name}.jpg")));
    let mut entrants = [entrant("one", None), entrant("two", Some(text))];
    entrants[1].terms.prompt.text.push_str(text);
    let pictures = images.iter().map(|image| Picture {
        image: image.clone(),
        answers: vec![
            said(image, &entrants[0], text),
            failed(image, &entrants[1], text),
        ],
        verdict: None,
    });
    let pictures = pictures.collect();
    let verdicts = vec![verdict(&images[0], &entrants, Choice::Best(0), text)];
    Comparison::new(
        Timestamp::UNIX_EPOCH,
        entrants.into(),
        pictures,
        verdicts,
        1,
    )
}

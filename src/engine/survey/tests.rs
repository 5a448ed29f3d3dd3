use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::domain::request::Terms;
use crate::domain::text::Foreign;
use crate::domain::verdict::{Choice, Side};
use crate::inference::{Answer, Captioner};

fn entrant(name: &str) -> Entrant {
    Entrant {
        contestant: Contestant {
            model: format!("org/{name}").parse().unwrap(),
            preset: None,
        },
        terms: Terms::default(),
    }
}

fn verdict(image: crate::domain::image::ImageId, lineup: &[Entrant], reason: &str) -> Verdict {
    let side = |entrant: &Entrant| Side {
        contestant: entrant.contestant.clone(),
        run: None,
        chars: Some(1),
    };
    Verdict {
        image,
        moment: Timestamp::UNIX_EPOCH,
        choice: Choice::Tie,
        blind: false,
        seed: None,
        reason: reason.to_owned(),
        sides: lineup.iter().map(side).collect(),
    }
}

#[tokio::test]
async fn history_tells_who_answered_and_what_was_judged_among_these_alone() {
    let home = tempfile::tempdir().unwrap();
    let captioner = Captioner::scripted(|request, _| {
        let text = Foreign::new(request.model.name().raw());
        Box::pin(async move {
            Ok(Answer {
                caption: text,
                ..Answer::default()
            })
        })
    });
    let engine = Engine::scripted(home.path(), captioner);
    let path = home.path().join("cat.png");
    image::RgbImage::from_pixel(4, 3, image::Rgb([1, 2, 3]))
        .save(&path)
        .unwrap();
    let image = ImageRef::new(path);
    let [one, two, three] = ["one", "two", "three"].map(entrant);
    let lineup = [one.clone(), two.clone()];

    let held = engine.held(&image, &lineup).await.unwrap();
    assert_eq!(held.runs, [None, None]);

    let request = CaptionRequest::new(image.clone(), two.contestant.model.clone(), &two.terms);
    let cancel = CancellationToken::new();
    let run = engine
        .caption(request, None, cancel, &|_| {})
        .await
        .unwrap();
    let id = run.image_id.unwrap();
    for (lineup, reason) in [
        (vec![two.clone(), one.clone()], "theirs, in another order"),
        (vec![one.clone(), two.clone(), three], "of one more"),
    ] {
        engine.judge(verdict(id, &lineup, reason)).await.unwrap();
    }
    let held = engine.held(&image, &lineup).await.unwrap();
    assert_eq!(held.runs[0], None);
    assert_eq!(held.runs[1].as_ref().unwrap().caption.raw(), "org/two");
    assert_eq!(held.verdict.unwrap().reason, "theirs, in another order");

    let changed = [Entrant {
        terms: Terms {
            prompt: crate::domain::request::Prompt {
                text: "another".to_owned(),
                system: None,
            },
            ..Terms::default()
        },
        ..two
    }];
    let held = engine.held(&image, &changed).await.unwrap();
    assert_eq!(held.runs, [None], "another prompt asks for another answer");

    let gone = ImageRef::new(home.path().join("gone.png"));
    assert!(engine.held(&gone, &lineup).await.is_err());
}

use std::sync::{Arc, Mutex};

use super::*;
use crate::domain::image::{Form, Format, ImageFacts, ImageId, ImageRef, Pixels, Size};
use crate::domain::request::{Parameters, Prompt, UploadSpec};

fn prepared() -> Prepared {
    let size = Size {
        width: 2,
        height: 1,
    };
    Prepared {
        id: ImageId([0; 32]),
        facts: ImageFacts {
            format: Format::Png,
            size,
            bytes: 1,
            animated: false,
            taken: None,
            camera: None,
        },
        form: Form::Pixels(Arc::new(Pixels::new(size, vec![255; 8]).unwrap())),
    }
}

fn request(model: &str) -> CaptionRequest {
    CaptionRequest {
        image: ImageRef::new("/photos/cat.png"),
        model: model.parse().unwrap(),
        prompt: Prompt::default(),
        parameters: Parameters::default(),
        upload: UploadSpec::Nothing,
    }
}

#[tokio::test]
async fn describe_answers_with_a_caption_and_tells_it_as_progress() {
    let request = request("builtin/describe");
    let heard = Mutex::new(Vec::new());
    let on = |progress| heard.lock().unwrap().push(progress);
    let answer = Captioner::Describe
        .caption(&prepared(), &request, &on)
        .await
        .unwrap();
    let expected = "A wide picture of one plain colour: white. 2×1 pixels.";
    assert_eq!(answer.caption.raw(), expected);
    assert_eq!(
        *heard.lock().unwrap(),
        [Progress::Answer(Foreign::new(expected))]
    );
}

#[tokio::test]
async fn a_script_tells_waits_and_fails_as_a_test_wants() {
    let gate = Arc::new(tokio::sync::Notify::new());
    let waiting = Arc::clone(&gate);
    let captioner = Captioner::scripted(move |request, on| {
        let gate = Arc::clone(&waiting);
        Box::pin(async move {
            on(Progress::Answer(Foreign::new("half a")));
            gate.notified().await;
            Err(InferenceError::NotServed(request.model.clone()))
        })
    });
    let request = request("org/name");
    let heard = Mutex::new(Vec::new());
    let on = |progress| {
        heard.lock().unwrap().push(progress);
        gate.notify_one();
    };
    let error = captioner.caption(&prepared(), &request, &on).await;
    assert_eq!(error.unwrap_err().kind(), "not-served");
    assert_eq!(heard.lock().unwrap().len(), 1);
}

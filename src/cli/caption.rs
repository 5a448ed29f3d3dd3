//! `blipboard caption`.

mod printer;

use crate::config::Settings;
use crate::domain::image::ImageRef;
use crate::domain::model::ModelRef;
use crate::domain::request::CaptionRequest;
use crate::engine::Again;

use super::batch::{self, consent};
use super::report::Report;
use super::{CaptionArgs, Desk, Exit, Stop};
use printer::Printer;

/// Captions pictures; each line is printed as soon as its run ends.
pub(super) async fn run(
    args: CaptionArgs,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Result<Exit, Stop> {
    let engine = (desk.open)(report)?;
    batch::check_models(&desk.loaded.settings.models.value, &engine, desk).await?;
    let found = batch::pictures(&engine, &args.paths, args.recursive, report).await?;
    let Some(found) = found else {
        return Ok(Exit::CouldNotStart);
    };
    let requests = requests(&found.pictures, &desk.loaded.settings);
    let again = Again::asked(args.sending.again);
    let all = requests.len();
    let requests = batch::askable(&engine, requests, again, report).await;
    let none_to_ask = all - requests.len();
    if requests.is_empty() {
        return Ok(Exit::CouldNotStart);
    }
    if !consent::given(&engine, &requests, again, args.sending.yes, report).await? {
        return Ok(Exit::CouldNotStart);
    }
    let mut printer = Printer::new(&args, &engine, &requests, desk, report);
    let stopped = batch::run(&engine, requests, again, &mut printer).await?;
    let some_failed = printer.sum_up() || none_to_ask > 0 || found.some_missed;
    Ok(batch::exit(stopped, some_failed))
}

/// Every picture with every model, once each, picture by picture.
fn requests(images: &[ImageRef], settings: &Settings) -> Vec<CaptionRequest> {
    let terms = settings.terms();
    let request = |image: &ImageRef, model: &ModelRef| {
        CaptionRequest::new(image.clone(), model.clone(), &terms)
    };
    let mut models: Vec<&ModelRef> = Vec::new();
    for model in &settings.models.value {
        if !models.contains(&model) {
            models.push(model);
        }
    }
    let models = &models;
    images
        .iter()
        .flat_map(|image| models.iter().map(move |model| request(image, model)))
        .collect()
}

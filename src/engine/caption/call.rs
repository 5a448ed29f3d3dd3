//! A request on its way: as many tries as make sense, and one with a smaller picture.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::work::Work;
use super::{On, Stop, unless};
use crate::domain::image::{Form, Prepared};
use crate::domain::request::{CaptionRequest, UploadSpec};
use crate::domain::run::{Progress, Sent, Wait};
use crate::engine::Engine;
use crate::engine::pace::{Host, Patience};
use crate::engine::pictures::Ready;
use crate::inference::{Answer, Captioner, InferenceError};

/// Bytes that a picture of any size gets: fewer save nothing, and a single pixel takes some 600.
const FEWEST: u32 = 16 << 10;

/// A request on its way.
pub(super) struct Call<'a> {
    pub(super) engine: &'a Engine,
    pub(super) captioner: &'a Captioner,
    /// What goes out.
    pub(super) prepared: Arc<Ready>,
    /// True where that is less than was asked for, which was too large.
    pub(super) is_smaller: bool,
    pub(super) host: Option<&'a Host>,
    pub(super) cancel: &'a CancellationToken,
    pub(super) on: On<'a>,
}

impl Call<'_> {
    /// Asks until there is an answer, an error that another try does not mend, or no try left.
    pub(super) async fn answer(&mut self, work: &mut Work) -> Result<Answer, Stop> {
        let mut patience = Patience::new();
        loop {
            let error = match self.once(work).await? {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            // What has spoken once is not asked again: it may be billed, and it was read.
            if work.has_heard() {
                return Err(error.into());
            }
            if error.is_too_large() {
                if self.is_smaller {
                    return Err(error.even_smaller().into());
                }
                if self.shrink(&work.run.request).await? {
                    continue;
                }
            }
            let retry = error.retry();
            let wait = retry.and_then(|retry| {
                let wait = patience.wait(retry.why, retry.after)?;
                Some((wait, retry.why))
            });
            match (wait, self.host) {
                (None, _) => return Err(error.into()),
                (Some((wait, Wait::RateLimit)), Some(host)) => host.rest(wait),
                (Some((wait, why)), _) => self.wait(wait, why).await?,
            }
        }
    }

    /// One try, as soon as the host does not rest and nothing is held back.
    async fn once(&self, work: &mut Work) -> Result<Result<Answer, InferenceError>, Stop> {
        while let Some(rest) = self.host.and_then(Host::resting) {
            self.wait(rest, Wait::RateLimit).await?;
        }
        // What runs here waits for no server's answer.
        let _flight = match self.host {
            Some(_) => {
                let flight = self.cancel.run_until_cancelled(self.engine.flight());
                flight.await.ok_or(Stop::Cancelled)?
            }
            None => None,
        };
        work.run.sent = sent(&self.prepared);
        (self.on)(Progress::Sending(work.run.sent));
        let paid_before = std::mem::replace(&mut work.may_be_billed, true);
        let heard = |progress: Progress| {
            work.heard(&progress);
            (self.on)(progress);
        };
        let answer = self
            .captioner
            .caption(&self.prepared, &work.run.request, &heard);
        let answer = self.cancel.run_until_cancelled(answer).await;
        let answer = answer.ok_or(Stop::Cancelled)?;
        let answer = answer.map_err(|unanswered| work.knows(unanswered));
        let error = answer.as_ref().err();
        work.is_counted = error.is_none_or(InferenceError::is_whole_answer);
        // Nobody knows what an earlier try cost that ended without an answer.
        let is_lost = error.is_some_and(InferenceError::may_be_billed) && !work.is_counted;
        work.may_be_billed = paid_before || is_lost;
        Ok(answer)
    }

    /// Takes the picture half as large for the next try; false where it has to stay as it is. What
    /// was to go out as it is in its file never goes out otherwise.
    async fn shrink(&mut self, request: &CaptionRequest) -> Result<bool, Stop> {
        let Some(spec) = smaller(request.upload, &self.prepared) else {
            return Ok(false);
        };
        let pictures = &self.engine.0.pictures;
        let ready = match unless(self.cancel, pictures.decoded(&request.image, spec)).await {
            Ok(ready) => ready,
            Err(Stop::Cancelled) => return Err(Stop::Cancelled),
            Err(Stop::Failed(_)) => return Ok(false),
        };
        // The file may hold another picture by now.
        self.is_smaller = ready.id == self.prepared.id;
        if self.is_smaller {
            self.prepared = ready;
            let sent = sent(&self.prepared);
            sent.into_iter().map(Progress::Smaller).for_each(self.on);
        }
        Ok(self.is_smaller)
    }

    async fn wait(&self, wait: Duration, why: Wait) -> Result<(), Stop> {
        let until = Timestamp::now() + wait;
        (self.on)(Progress::Waiting { until, why });
        let slept = self.cancel.run_until_cancelled(tokio::time::sleep(wait));
        slept.await.ok_or(Stop::Cancelled)
    }
}

/// What leaves this machine of a picture.
pub(super) fn sent(prepared: &Prepared) -> Option<Sent> {
    match &prepared.form {
        Form::Pixels(_) => None,
        Form::Upload(upload) => Some(Sent {
            bytes: upload.bytes.len() as u64,
            size: upload.size,
        }),
    }
}

/// Half the sides and a quarter of the bytes of a scaled picture; `None` where there is no less.
fn smaller(upload: UploadSpec, prepared: &Prepared) -> Option<UploadSpec> {
    let (UploadSpec::Scaled { .. }, Some(Sent { bytes, size })) = (upload, sent(prepared)) else {
        return None;
    };
    let side = size.width.max(size.height) / 2;
    let bytes = u32::try_from(bytes / 4).ok()?.max(FEWEST);
    (side > 0).then_some(UploadSpec::Scaled { side, bytes })
}

//! Reports: what is known goes out as a file.

use futures_util::{StreamExt as _, stream};
use tokio::sync::mpsc;

use super::{Engine, EngineError};
use crate::domain::comparison::Comparison;
use crate::domain::image::{Form, ImageId, ImageRef, Upload};
use crate::domain::request::UploadSpec;
use crate::export::Target;

/// Pictures in a report: small enough to be sent around, large enough to judge a caption by.
const THUMBNAIL: UploadSpec = UploadSpec::Scaled {
    side: 320,
    bytes: 60_000,
};
/// So many are made at a time, and wait to be written.
const AT_ONCE: usize = 4;

impl Engine {
    /// Writes a report. A picture that is gone, or another by now, is left blank in it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn export(&self, comparison: Comparison, to: Target) -> Result<(), EngineError> {
        let pictures = comparison.pictures.iter().filter(|_| to.shows_pictures());
        let pictures: Vec<_> = pictures.map(|it| (it.image.clone(), it.id())).collect();
        let (sender, mut thumbnails) = mpsc::channel(AT_ONCE);
        let making = async move {
            let made = stream::iter(pictures).map(|(image, id)| self.thumbnail(image, id));
            let mut made = made.buffered(AT_ONCE);
            while let Some(thumbnail) = made.next().await {
                if sender.send(thumbnail).await.is_err() {
                    break;
                }
            }
        };
        let thumbnails = std::iter::from_fn(move || thumbnails.blocking_recv());
        let writing = self.0.scouts.run(move || to.write(&comparison, thumbnails));
        let ((), written) = tokio::join!(making, writing);
        written
    }

    async fn thumbnail(&self, image: ImageRef, id: Option<ImageId>) -> Option<Upload> {
        let ready = self.0.pictures.decoded(&image, THUMBNAIL).await.ok()?;
        match &ready.form {
            Form::Upload(upload) if Some(ready.id) == id => Some(upload.clone()),
            Form::Upload(_) | Form::Pixels(_) => None,
        }
    }
}

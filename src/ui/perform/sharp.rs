//! Makes pictures as sharp as the terminal shows them.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::Performer;
use crate::ui::painter::order::{Order, Sharp};
use crate::ui::painter::press::Press;
use crate::ui::painter::sharp;

impl Performer {
    /// Makes these, one after the other, and nothing of what was ordered before: what of that has
    /// begun cannot be stopped at once, but is not carried through, and what waits never begins.
    pub(in crate::ui) fn sharpen(&mut self, orders: Vec<Order>, press: &Arc<Press>) {
        self.sharp.cancel();
        self.sharp = CancellationToken::new();
        let (cancel, press) = (self.sharp.clone(), Arc::clone(press));
        let (engine, outbox) = (self.engine.clone(), self.sharp_outbox.clone());
        let turns = Arc::clone(&self.sharp_turn);
        let work = async move {
            for order in orders {
                let sharp = match engine.look(&order.key.image, order.key.pixels).await {
                    Err(_) => Some(Sharp { order, bytes: None }),
                    Ok(look) => {
                        let turn = Arc::clone(&turns).acquire_owned().await;
                        let (press, cancel) = (Arc::clone(&press), cancel.clone());
                        let make = move || {
                            let _turn = turn;
                            sharp::make(order, &press, &look.pixels, || !cancel.is_cancelled())
                        };
                        tokio::task::spawn_blocking(make).await.ok().flatten()
                    }
                };
                if let Some(sharp) = sharp {
                    let _ = outbox.send(sharp).await;
                }
            }
        };
        let cancel = self.sharp.clone();
        self.tasks.spawn(cancel.run_until_cancelled_owned(work));
    }
}

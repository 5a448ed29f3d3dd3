//! Makes pictures as sharp as the terminal shows them.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::Performer;
use crate::ui::painter::order::{Order, Sharp};
use crate::ui::painter::press::Press;
use crate::ui::painter::sharp;

impl Performer {
    /// Makes these, one after the other, and nothing of what was ordered before.
    pub(in crate::ui) fn sharpen(&mut self, orders: Vec<Order>, press: &Arc<Press>) {
        self.sharp.cancel();
        self.sharp = CancellationToken::new();
        let (cancel, press) = (self.sharp.clone(), Arc::clone(press));
        let (engine, outbox) = (self.engine.clone(), self.sharp_outbox.clone());
        self.tasks
            .spawn(cancel.run_until_cancelled_owned(async move {
                for order in orders {
                    let sharp = match engine.look(&order.key.image, order.key.pixels).await {
                        Err(_) => Sharp { order, bytes: None },
                        Ok(look) => {
                            let press = Arc::clone(&press);
                            let make = move || sharp::make(order, &press, &look.pixels);
                            match tokio::task::spawn_blocking(make).await {
                                Ok(sharp) => sharp,
                                Err(_) => continue,
                            }
                        }
                    };
                    let _ = outbox.send(sharp).await;
                }
            }));
    }
}

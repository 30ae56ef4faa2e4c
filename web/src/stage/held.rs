//! The numbers of the messages that wait for the reader, at the heads of their arrows.
//!
//! They lie over the sheets, which stay as they are when a number changes.

use synod::diagram::step_class;
use synod::scenario::Do;
use synod::session::Session;

use crate::acts::doing;
use crate::model::{Sight, stage_top};
use crate::ui::{El, of};

/// Numbers stand so far from one another, in pixels.
const APART: i32 = 17;

/// No more messages than this show their numbers: there is room for two digits, and people count no further.
const SHOWN_MAX: usize = 99;

/// One badge a message, in the order in which they are listed.
pub(crate) fn held(session: &Session, sight: &Sight) -> Option<El> {
    if !session.is_manual() {
        return None;
    }
    let mut taken: Vec<(i32, i32)> = Vec::new();
    let flights = session.flights();
    let badges = flights.iter().take(SHOWN_MAX).enumerate().filter_map(|(i, flight)| {
        let (sheet, arrow) = sight.scenes.iter().find_map(|sheet| {
            let arrow = sheet.arrows.iter().find(|arrow| arrow.message == flight.message)?;
            Some((sheet, arrow))
        })?;
        let (start, end) = (arrow.x1 / 10, arrow.x2 / 10);
        let back = if end < start { APART } else { -APART };
        let (mut x, mut y) = (end, stage_top(sheet) + arrow.y2 / 10);
        let hides =
            |(a, b): &(i32, i32), x: i32, y: i32| (a - x).abs() < APART && (b - y).abs() < APART;
        // Back along its way, to where there is room; none is left beyond the lane that it comes from, and below, where
        // nothing has happened yet, is more.
        while taken.iter().any(|other| hides(other, x, y)) {
            x += back;
            if (start - x) * back <= 0 {
                (x, y) = (end, y + APART);
            }
        }
        taken.push((x, y));
        let badge = of("i", format!("kind {}", step_class(arrow.step)))
            .key(flight.message.0.to_string())
            .event(arrow.sent)
            .act(doing(&Do::Deliver(flight.message.0)))
            .at("style", format!("left:{x}px;top:{y}px"))
            .text((i + 1).to_string());
        Some(badge)
    });
    Some(of("div", "held").at("aria-hidden", "true").all(badges))
}

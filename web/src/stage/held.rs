//! The numbers of the messages that wait for the reader, at the heads of their arrows.
//!
//! They lie over the sheets, which stay as they are when a number changes.

use synod::diagram::step_class;
use synod::session::Session;

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
        let (mut x, y) = (arrow.x2 / 10, stage_top(sheet) + arrow.y2 / 10);
        let is_near = |(a, b): &(i32, i32), x: i32| (a - x).abs() < APART && (b - y).abs() < APART;
        // Back along its way, to where there is room.
        let back = if arrow.x2 < arrow.x1 { APART } else { -APART };
        while taken.iter().any(|other| is_near(other, x)) {
            x += back;
        }
        taken.push((x, y));
        let badge = of("i", format!("kind {}", step_class(arrow.step)))
            .key(flight.message.0.to_string())
            .event(arrow.sent)
            .at("style", format!("left:{x}px;top:{y}px"))
            .text((i + 1).to_string());
        Some(badge)
    });
    Some(of("div", "held").at("aria-hidden", "true").all(badges))
}

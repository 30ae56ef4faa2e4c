//! A run as a log for ShiViz, which draws happened-before from vector clocks.

use std::fmt::Write as _;
use std::rc::Rc;

use crate::diagram::event_text;
use crate::trace::{Event, EventId, EventKind, MessageId, Place, Source, quoted};

use super::places;

/// Writes what has happened by now, two lines an event, as ShiViz reads them unless it is told
/// otherwise: `(?<event>.*)\n(?<host>\S*) (?<clock>{.*})`.
///
/// ```text
/// sends RequestVote(t1) to S2
/// S1 {"S1":4}
/// receives RequestVote(t1) from S1
/// S2 {"S1":4,"S2":2}
/// ```
///
/// Clocks are those of Fidge and Mattern (1988): an event raises its own host's entry by one, and a
/// receipt takes over what the sender knew. What no lane takes part in (a loss, a command to the
/// network) and the setting of timers is left out.
pub fn shiviz(source: &dyn Source) -> String {
    let lanes = places(source.cast());
    let hosts: Vec<String> = lanes.iter().map(|place| host(source.cast().name(*place))).collect();
    let mut clocks = Clocks::new(lanes);
    let mut out = String::new();
    let reached = source.reached().min(source.events().len());
    for (at, event) in source.events()[..reached].iter().enumerate() {
        let Some(lane) = clocks.tick(event) else { continue };
        let text = event_text(source, EventId(at as u32));
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}", one_line(&text));
        let _ = writeln!(out, "{} {{{}}}", hosts[lane], entries(&hosts, &clocks.lanes[lane]));
    }
    out
}

/// What each lane knows of each, and what each message tells.
struct Clocks {
    places: Vec<Place>,
    lanes: Vec<Vec<u32>>,
    /// By the message's number.
    told: Vec<Option<Rc<[u32]>>>,
}

impl Clocks {
    fn new(places: Vec<Place>) -> Clocks {
        let lanes = vec![vec![0; places.len()]; places.len()];
        Clocks { places, lanes, told: Vec::new() }
    }

    /// Takes in an event; the lane that took part in it, if one did and it is worth a line.
    fn tick(&mut self, event: &Event) -> Option<usize> {
        let lane = self.places.iter().position(|place| *place == event.place);
        match event.kind {
            // The network copies it, even one that it then loses: the copy tells the same.
            EventKind::Duplicated { message, of } => {
                let clock = self.told.get(of.0 as usize).cloned().flatten();
                self.tell(message, clock);
                return None;
            }
            EventKind::Lost { .. }
            | EventKind::TimerSet { .. }
            | EventKind::TimerCancelled { .. }
            | EventKind::Violated { .. } => return None,
            EventKind::Delivered { message, .. } => {
                let told = self.told.get(message.0 as usize).cloned().flatten();
                for (own, told) in
                    self.lanes[lane?].iter_mut().zip(told.iter().flat_map(|told| told.iter()))
                {
                    *own = (*own).max(*told);
                }
            }
            _ => {}
        }
        let lane = lane?;
        self.lanes[lane][lane] += 1;
        if let EventKind::Sent { message, .. } = event.kind {
            self.tell(message, Some(self.lanes[lane].as_slice().into()));
        }
        Some(lane)
    }

    fn tell(&mut self, message: MessageId, clock: Option<Rc<[u32]>>) {
        let at = message.0 as usize;
        self.told.resize(self.told.len().max(at + 1), None);
        self.told[at] = clock;
    }
}

/// `"C1":2,"S1":7`: who is known of.
fn entries(hosts: &[String], clock: &[u32]) -> String {
    let known = hosts.iter().zip(clock).filter(|(_, count)| **count > 0);
    let entry = |(host, count): (&String, &u32)| format!("{}:{count}", quoted(host));
    known.map(entry).collect::<Vec<_>>().join(",")
}

/// A lane's name without the blanks that end a host's name.
fn host(name: &str) -> String {
    name.chars().map(|c| if c.is_whitespace() || c.is_control() { '_' } else { c }).collect()
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

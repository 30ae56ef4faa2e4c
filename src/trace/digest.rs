//! The digest of a run: a stable 64-bit hash over a canonical encoding of its events.
//!
//! Both the encoding and the hash are written out by hand, so that neither a
//! compiler nor a derive can change what an old link says about its run.

use std::fmt;
use std::str::FromStr;

use super::{Epoch, Event, EventKind, Fact, NodeSet, Place, Slot};

/// What a run comes to, in 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub u64);

impl Digest {
    /// The digest of no events.
    pub const EMPTY: Digest = Digest(0x5359_4e4f_4431_0001);

    /// The digest after one more event.
    #[inline]
    #[must_use]
    pub fn with(self, event: &Event) -> Digest {
        let word = encode(event);
        // These multiplications are independent; only the last two wait for the run so far.
        let words = word[0].wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ word[1].wrapping_mul(0xc2b2_ae3d_27d4_eb4f).rotate_left(17)
            ^ word[2].wrapping_mul(0x1656_67b1_9e37_79f9).rotate_left(31)
            ^ word[3].wrapping_mul(0x85eb_ca77_c2b2_ae63).rotate_left(43)
            ^ word[4].wrapping_mul(0x27d4_eb2f_1656_67c5).rotate_left(53);
        let mixed = (self.0 ^ words).wrapping_mul(0xff51_afd7_ed55_8ccd);
        let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        Digest(mixed ^ (mixed >> 29))
    }

    /// The digest after several more events.
    #[must_use]
    pub fn with_all(self, events: &[Event]) -> Digest {
        events.iter().fold(self, Digest::with)
    }
}

/// Sixteen lower-case hexadecimal digits.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A digest is sixteen hexadecimal digits; this text is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADigest;

impl FromStr for Digest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Digest, NotADigest> {
        let hex = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if !hex {
            return Err(NotADigest);
        }
        u64::from_str_radix(text, 16).map(Digest).map_err(|_| NotADigest)
    }
}

/// The canonical encoding: time; cause, place and kind; and three words of detail.
fn encode(event: &Event) -> [u64; 5] {
    let cause = event.cause.map_or(0, |cause| u64::from(cause.event().0) + 1);
    let (kind, [c, d, e]) = encode_kind(&event.kind);
    [event.at.0, cause << 32 | place(event.place) << 8 | kind, c, d, e]
}

fn encode_kind(kind: &EventKind) -> (u64, [u64; 3]) {
    match *kind {
        EventKind::Started => (1, [0; 3]),
        EventKind::Sent { message, to } => (2, [message.0.into(), place(to), 0]),
        EventKind::Delivered { message, from } => (3, [message.0.into(), place(from), 0]),
        EventKind::Lost { message, why } => (4, [message.0.into(), why as u64, 0]),
        EventKind::Duplicated { message, of } => (5, [message.0.into(), of.0.into(), 0]),
        EventKind::TimerSet { timer, due } => (6, [timer.kind.into(), timer.key.into(), due.0]),
        EventKind::TimerFired { timer } => (7, [timer.kind.into(), timer.key.into(), 0]),
        EventKind::TimerCancelled { timer } => (8, [timer.kind.into(), timer.key.into(), 0]),
        EventKind::Persisted { write } => (9, [write.into(), 0, 0]),
        EventKind::Invoked { value } => (10, [value.0.into(), 0, 0]),
        EventKind::Returned { value } => (11, [value.0.into(), 0, 0]),
        EventKind::TimedOut { value } => (12, [value.0.into(), 0, 0]),
        EventKind::Crashed => (13, [0; 3]),
        EventKind::Restarted => (14, [0; 3]),
        EventKind::Paused => (15, [0; 3]),
        EventKind::Resumed => (16, [0; 3]),
        EventKind::DiskLost => (17, [0; 3]),
        EventKind::Link { from, to, up } => (18, [place(from), place(to), up.into()]),
        EventKind::Command { index } => (19, [index.into(), 0, 0]),
        EventKind::Violated { invariant } => (20, [invariant.into(), 0, 0]),
        EventKind::Halted { why } => (21, [why as u64, 0, 0]),
        EventKind::Fact(fact) => encode_fact(&fact),
    }
}

fn encode_fact(fact: &Fact) -> (u64, [u64; 3]) {
    match *fact {
        Fact::RoleChanged { role, epoch: at } => (32, [role.into(), epoch(at), 0]),
        Fact::EpochChanged { epoch: at } => (33, [epoch(at), 0, 0]),
        Fact::Promised { epoch: at } => (34, [epoch(at), 0, 0]),
        Fact::VotedFor { epoch: at, candidate } => (35, [epoch(at), candidate.0.into(), 0]),
        Fact::Proposed { slot: s, epoch: at, value } => (36, [slot(s), epoch(at), value.0.into()]),
        Fact::Accepted { slot: s, epoch: at, value } => (37, [slot(s), epoch(at), value.0.into()]),
        Fact::QuorumReached { of, epoch: at, slot: s, members: NodeSet(bits) } => {
            (38, [slot(s), epoch(at), u64::from(of) << 32 | u64::from(bits)])
        }
        Fact::Chosen { slot: s, epoch: at, value } => (39, [slot(s), epoch(at), value.0.into()]),
        Fact::Appended { slot: s, epoch: at, value } => (40, [slot(s), epoch(at), value.0.into()]),
        Fact::Truncated { from } => (41, [slot(from), 0, 0]),
        Fact::Recovered { last } => (42, [slot(last), 0, 0]),
        Fact::Committed { upto, epoch: at } => (43, [slot(upto), epoch(at), 0]),
        Fact::Applied { slot: s, epoch: at, value } => (44, [slot(s), epoch(at), value.0.into()]),
        Fact::Depends { slot: s, on } => (45, [slot(s), slot(on), 0]),
        Fact::Ignored { why } => (46, [why.into(), 0, 0]),
        Fact::Note { what, number } => (47, [what.into(), number.into(), 0]),
    }
}

fn place(place: Place) -> u64 {
    match place {
        Place::World => 0,
        Place::Node(node) => 0x100 | u64::from(node.0),
        Place::Client(client) => 0x200 | u64::from(client.0),
    }
}

fn epoch(epoch: Epoch) -> u64 {
    epoch.owner.map_or(0, |owner| u64::from(owner.0) + 1) << 32 | u64::from(epoch.number)
}

fn slot(slot: Slot) -> u64 {
    slot.owner.map_or(0, |owner| u64::from(owner.0) + 1) << 32 | u64::from(slot.index)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{
        Cause, ClientId, EventId, Halt, Loss, MessageId, NodeId, Time, TimerRef, ValueId,
    };
    use super::*;

    const SLOT: Slot = Slot { owner: None, index: 3 };
    const OWNED: Slot = Slot { owner: Some(NodeId(1)), index: 4 };
    const TERM: Epoch = Epoch { number: 7, owner: Some(NodeId(2)) };
    const VALUE: ValueId = ValueId(9);

    fn kinds() -> Vec<EventKind> {
        let (to, from) = (Place::Node(NodeId(1)), Place::Client(ClientId(2)));
        let message = MessageId(5);
        let timer = TimerRef { kind: 1, key: 2 };
        vec![
            EventKind::Started,
            EventKind::Sent { message, to },
            EventKind::Delivered { message, from },
            EventKind::Lost { message, why: Loss::Dropped },
            EventKind::Duplicated { message, of: MessageId(4) },
            EventKind::TimerSet { timer, due: Time(8) },
            EventKind::TimerFired { timer },
            EventKind::TimerCancelled { timer },
            EventKind::Persisted { write: 1 },
            EventKind::Invoked { value: VALUE },
            EventKind::Returned { value: VALUE },
            EventKind::TimedOut { value: VALUE },
            EventKind::Crashed,
            EventKind::Restarted,
            EventKind::Paused,
            EventKind::Resumed,
            EventKind::DiskLost,
            EventKind::Link { from, to, up: true },
            EventKind::Command { index: 6 },
            EventKind::Violated { invariant: 2 },
            EventKind::Halted { why: Halt::Flights },
        ]
    }

    fn facts() -> Vec<Fact> {
        let (slot, epoch, value) = (SLOT, TERM, VALUE);
        vec![
            Fact::RoleChanged { role: 1, epoch },
            Fact::EpochChanged { epoch },
            Fact::Promised { epoch },
            Fact::VotedFor { epoch, candidate: NodeId(3) },
            Fact::Proposed { slot, epoch, value },
            Fact::Accepted { slot, epoch, value },
            Fact::QuorumReached { of: 1, epoch, slot, members: NodeSet(0b101) },
            Fact::Chosen { slot, epoch, value },
            Fact::Appended { slot, epoch, value },
            Fact::Truncated { from: slot },
            Fact::Recovered { last: slot },
            Fact::Committed { upto: slot, epoch },
            Fact::Applied { slot, epoch, value },
            Fact::Depends { slot: OWNED, on: slot },
            Fact::Ignored { why: 1 },
            Fact::Note { what: 1, number: 2 },
        ]
    }

    fn events() -> Vec<Event> {
        let kinds = kinds().into_iter().chain(facts().into_iter().map(EventKind::Fact));
        let event = |(i, kind): (u64, EventKind)| Event {
            at: Time(1_000_000 + i),
            cause: (i > 0).then(|| Cause::from(EventId(i as u32 - 1))),
            place: Place::Node(NodeId(i as u8 % 3)),
            kind,
        };
        (0_u64..).zip(kinds).map(event).collect()
    }

    /// Links hold digests for ever: what a kind of event is encoded as never changes.
    #[test]
    fn known_answers() {
        assert_eq!(Digest::EMPTY.with_all(&events()).to_string(), "f861374dffdd0154");
    }

    #[test]
    fn no_two_kinds_are_encoded_alike() {
        let mut codes = BTreeMap::new();
        for event in events() {
            let code = encode(&event)[1] & 0xff;
            let other = codes.insert(code, event.kind);
            assert_eq!(other, None, "{:?} has the code of another, {code}", event.kind);
        }
    }

    #[test]
    fn a_digest_is_read_as_it_is_written() {
        let digest = Digest(0x0123_4567_89ab_cdef);
        assert_eq!(digest.to_string(), "0123456789abcdef");
        assert_eq!("0123456789abcdef".parse(), Ok(digest));
        for bad in ["", "123", "0123456789abcdeg", "+123456789abcdef", "00123456789abcdef"] {
            assert_eq!(bad.parse::<Digest>(), Err(NotADigest), "{bad}");
        }
    }
}

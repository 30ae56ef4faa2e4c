//! Which kinds of event a monitor needs to see.

use std::ops::BitOr;

use crate::trace::{EventKind, Fact};

/// A set of kinds of event, so that what nobody watches costs one comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watch(u32);

impl Watch {
    /// No kind at all.
    pub const NOTHING: Watch = Watch(0);
    /// First boots.
    pub const STARTED: Watch = Watch(1);
    /// Crashes.
    pub const CRASHED: Watch = Watch(1 << 1);
    /// Boots after a crash.
    pub const RESTARTED: Watch = Watch(1 << 2);
    /// Wiped disks.
    pub const DISK_LOST: Watch = Watch(1 << 3);
    /// Writes that reached a disk.
    pub const PERSISTED: Watch = Watch(1 << 4);
    /// Operations that clients begin.
    pub const INVOKED: Watch = Watch(1 << 5);
    /// Operations that end.
    pub const RETURNED: Watch = Watch(1 << 6);
    /// `RoleChanged`.
    pub const ROLE: Watch = Watch(1 << 7);
    /// `EpochChanged`.
    pub const EPOCH: Watch = Watch(1 << 8);
    /// `Promised`.
    pub const PROMISED: Watch = Watch(1 << 9);
    /// `VotedFor`.
    pub const VOTED: Watch = Watch(1 << 10);
    /// `Proposed`.
    pub const PROPOSED: Watch = Watch(1 << 11);
    /// `Accepted`.
    pub const ACCEPTED: Watch = Watch(1 << 12);
    /// `QuorumReached`.
    pub const QUORUM: Watch = Watch(1 << 13);
    /// `Chosen`.
    pub const CHOSEN: Watch = Watch(1 << 14);
    /// `Appended`.
    pub const APPENDED: Watch = Watch(1 << 15);
    /// `Truncated`.
    pub const TRUNCATED: Watch = Watch(1 << 16);
    /// `Recovered`.
    pub const RECOVERED: Watch = Watch(1 << 17);
    /// `Committed`.
    pub const COMMITTED: Watch = Watch(1 << 18);
    /// `Applied`.
    pub const APPLIED: Watch = Watch(1 << 19);
    /// `Depends`.
    pub const DEPENDS: Watch = Watch(1 << 20);

    /// The set of this one kind; nothing for kinds that no invariant is about.
    #[inline]
    pub fn of(kind: &EventKind) -> Watch {
        match kind {
            EventKind::Fact(fact) => Watch::of_fact(fact),
            EventKind::Started => Watch::STARTED,
            EventKind::Crashed => Watch::CRASHED,
            EventKind::Restarted => Watch::RESTARTED,
            EventKind::DiskLost => Watch::DISK_LOST,
            EventKind::Persisted { .. } => Watch::PERSISTED,
            EventKind::Invoked { .. } => Watch::INVOKED,
            EventKind::Returned { .. } => Watch::RETURNED,
            EventKind::Sent { .. }
            | EventKind::Delivered { .. }
            | EventKind::Lost { .. }
            | EventKind::Duplicated { .. }
            | EventKind::TimerSet { .. }
            | EventKind::TimerFired { .. }
            | EventKind::TimerCancelled { .. }
            | EventKind::TimedOut { .. }
            | EventKind::Paused
            | EventKind::Resumed
            | EventKind::Link { .. }
            | EventKind::Command { .. }
            | EventKind::Violated { .. }
            | EventKind::Halted { .. } => Watch::NOTHING,
        }
    }

    #[inline]
    fn of_fact(fact: &Fact) -> Watch {
        match fact {
            Fact::RoleChanged { .. } => Watch::ROLE,
            Fact::EpochChanged { .. } => Watch::EPOCH,
            Fact::Promised { .. } => Watch::PROMISED,
            Fact::VotedFor { .. } => Watch::VOTED,
            Fact::Proposed { .. } => Watch::PROPOSED,
            Fact::Accepted { .. } => Watch::ACCEPTED,
            Fact::QuorumReached { .. } => Watch::QUORUM,
            Fact::Chosen { .. } => Watch::CHOSEN,
            Fact::Appended { .. } => Watch::APPENDED,
            Fact::Truncated { .. } => Watch::TRUNCATED,
            Fact::Recovered { .. } => Watch::RECOVERED,
            Fact::Committed { .. } => Watch::COMMITTED,
            Fact::Applied { .. } => Watch::APPLIED,
            Fact::Depends { .. } => Watch::DEPENDS,
            Fact::Ignored { .. } | Fact::Note { .. } => Watch::NOTHING,
        }
    }

    /// Whether the sets have a kind in common.
    #[inline]
    pub fn meets(self, other: Watch) -> bool {
        self.0 & other.0 != 0
    }
}

/// The union.
impl BitOr for Watch {
    type Output = Watch;

    fn bitor(self, other: Watch) -> Watch {
        Watch(self.0 | other.0)
    }
}

//! What a leader knows of one follower's log, and how much it may send.

use super::info::PIPELINE_LIMIT;

/// A leader's view of a follower; `match_index < next_index` always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Progress {
    /// "index of highest log entry known to be replicated on server (initialized to 0, increases
    /// monotonically)" (Figure 2).
    pub(super) match_index: u32,
    /// "index of the next log entry to send to that server (initialized to leader last log index
    /// + 1)" (Figure 2).
    pub(super) next_index: u32,
    /// How it is sent to.
    pub(super) mode: Mode,
    /// The last index sent when the heartbeat timer last fired. If it is not acknowledged when
    /// the timer fires again, a message or its answer was lost.
    pub(super) sent_before: u32,
}

/// How a follower is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Mode {
    /// Where the logs agree is not known: one `AppendEntries` at a time.
    Probe {
        /// Whether one is on its way; the next waits for its answer or a heartbeat.
        waiting: bool,
    },
    /// The follower follows: several at a time, `next_index` running ahead of the answers.
    Replicate(Inflights),
}

impl Default for Progress {
    fn default() -> Progress {
        Progress {
            match_index: 0,
            next_index: 1,
            mode: Mode::Probe { waiting: false },
            sent_before: 0,
        }
    }
}

impl Progress {
    /// Looks for the place where the logs agree, at `next_index` next.
    pub(super) fn become_probe(&mut self, next_index: u32) {
        self.next_index = next_index;
        self.mode = Mode::Probe { waiting: false };
    }

    /// Whether `pipeline_max` allows another message with entries.
    #[inline]
    pub(super) fn is_paused(&self, pipeline_max: u8) -> bool {
        match &self.mode {
            Mode::Probe { waiting } => *waiting,
            Mode::Replicate(inflights) => inflights.count >= pipeline_max,
        }
    }

    /// Records that entries up to `last`, perhaps none, are on their way.
    #[inline]
    pub(super) fn sent(&mut self, last: u32) {
        match &mut self.mode {
            Mode::Probe { waiting } => *waiting = true,
            Mode::Replicate(inflights) => {
                if last >= self.next_index {
                    self.next_index = last + 1;
                    inflights.add(last);
                }
            }
        }
    }

    /// Records that the follower's log matches up to `index`, which is not below `match_index`.
    /// `end` is the leader's last index: what matches lies within its log.
    #[inline]
    pub(super) fn matched(&mut self, index: u32, end: u32) {
        self.match_index = index;
        match &mut self.mode {
            Mode::Probe { .. } => {
                self.next_index = index.min(end) + 1;
                self.mode = Mode::Replicate(Inflights::default());
            }
            Mode::Replicate(inflights) => {
                self.next_index = self.next_index.max(index.min(end) + 1);
                inflights.free_to(index);
            }
        }
    }
}

/// The last indexes of the messages on their way to a follower, oldest first, in a ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Inflights {
    ends: [u32; PIPELINE_LIMIT],
    start: u8,
    count: u8,
}

impl Inflights {
    fn add(&mut self, last: u32) {
        let at = (usize::from(self.start) + usize::from(self.count)) % PIPELINE_LIMIT;
        self.ends[at] = last;
        self.count = (self.count + 1).min(PIPELINE_LIMIT as u8);
    }

    /// Forgets the messages that an acknowledgement of `index` answers.
    fn free_to(&mut self, index: u32) {
        while self.count > 0 && self.ends[usize::from(self.start)] <= index {
            self.start = (self.start + 1) % PIPELINE_LIMIT as u8;
            self.count -= 1;
        }
    }
}

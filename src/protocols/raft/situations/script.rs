//! Exact scripts: nothing happens by itself, every message takes 10 ms.

use crate::scenario::{Act, Do, Intercept, Latency, On, Scenario};

/// Longer than any script: a timer set to it fires only when it is told to.
const NEVER_US: u64 = 600_000_000;
/// Between the steps of a script: a round trip and its consequences, and a pause to see them.
const STEP_MS: u64 = 80;

/// A scenario written step by step; each step has run its course when the next begins.
pub(crate) struct Script {
    scenario: Scenario,
    now_ms: u64,
}

impl Script {
    /// So many servers without a no-op on election, so that logs hold what the script puts there.
    pub(super) fn of(servers: u8) -> Script {
        let mut scenario = Scenario::new("raft", 1)
            .with("server", servers)
            .set("election_min_us", NEVER_US)
            .set("election_max_us", NEVER_US)
            .set("heartbeat_us", NEVER_US)
            .set("noop", false);
        scenario.network.latency = Latency::Fixed { us: 10_000 };
        scenario.clients.timeout_us = NEVER_US;
        Script { scenario, now_ms: 20 }
    }

    /// From now on only servers of the same group reach each other: `"S1 S2 | S3"`.
    pub(super) fn split(self, groups: &str) -> Script {
        let names = |group: &str| group.split_whitespace().map(str::to_owned).collect();
        self.now(Do::Partition(groups.split('|').map(names).collect()))
    }

    /// Everybody reaches everybody.
    pub(super) fn heal(self) -> Script {
        self.now(Do::Heal)
    }

    /// The server's election timeout elapses.
    pub(super) fn times_out(self, server: &str) -> Script {
        self.now(fire(server, "election")).wait(STEP_MS)
    }

    /// The server's election timeout elapses and nobody hears of it: all that comes of it is a higher term.
    pub(super) fn times_out_alone(self, server: &str) -> Script {
        self.split(server).times_out(server)
    }

    /// The server wins an election; before its first heartbeat arrives anywhere, the network splits.
    pub(super) fn wins_within(self, server: &str, groups: &str) -> Script {
        self.now(fire(server, "election")).wait(25).split(groups).wait(STEP_MS - 25)
    }

    /// The server's heartbeat timer fires.
    pub(super) fn beats(self, server: &str) -> Script {
        self.now(fire(server, "heartbeat")).wait(STEP_MS)
    }

    /// A client asks the server.
    pub(super) fn asks(self, server: &str, op: &str) -> Script {
        self.now(ask(server, op)).wait(STEP_MS)
    }

    /// The server crashes and boots again from its disk.
    pub(super) fn restarts(self, server: &str) -> Script {
        self.crashes(server).boots(server)
    }

    /// The server crashes.
    pub(super) fn crashes(self, server: &str) -> Script {
        self.now(Do::Crash(server.to_owned())).wait(STEP_MS / 2)
    }

    /// The server boots from its disk.
    pub(super) fn boots(self, server: &str) -> Script {
        self.now(Do::Restart(server.to_owned())).wait(STEP_MS / 2)
    }

    /// Something happens to the next message of a kind between two servers.
    pub(super) fn intercept(self, from: &str, to: &str, kind: &str, act: Act) -> Script {
        self.now(Do::Intercept(Intercept {
            from: Some(from.to_owned()),
            to: Some(to.to_owned()),
            kind: Some(kind.to_owned()),
            skip: 0,
            times: 1,
            act,
        }))
    }

    /// Anything else, at this instant.
    pub(super) fn now(mut self, act: Do) -> Script {
        self.scenario = self.scenario.at_ms(self.now_ms, act);
        self
    }

    /// Lets time pass.
    pub(super) fn wait(mut self, ms: u64) -> Script {
        self.now_ms += ms;
        self
    }

    /// The scenario, ending a little after its last step.
    pub(crate) fn end(self) -> Scenario {
        self.scenario.until_ms(self.now_ms + 40)
    }
}

/// A timer fires.
pub(super) fn fire(node: &str, timer: &str) -> Do {
    Do::Fire { node: node.to_owned(), timer: timer.to_owned(), key: 0 }
}

/// The only client asks a server.
pub(super) fn ask(server: &str, op: &str) -> Do {
    Do::Request { client: None, to: Some(server.to_owned()), op: op.to_owned() }
}

/// A server becomes leader of a term.
pub(super) fn leads(server: &str, term: &str) -> On {
    On::event("role_changed").at(server).what("Leader").epoch(term)
}

/// A server learns that the log is committed at least up to an index.
pub(super) fn commits(server: &str, index: &str) -> On {
    On::event("committed").at(server).slot(index)
}

/// A server applies an operation.
pub(super) fn applies(server: &str, op: &str) -> On {
    On::event("applied").at(server).value(op)
}

/// A server appends an operation.
pub(super) fn appends(server: &str, op: &str) -> On {
    On::event("appended").at(server).value(op)
}

/// A server cuts its log from an index on.
pub(super) fn cuts(server: &str, index: &str) -> On {
    On::event("truncated").at(server).slot(index)
}

/// A server disregards something.
pub(super) fn ignores(server: &str, why: &str) -> On {
    On::event("ignored").at(server).what(why)
}

/// An invariant falls.
pub(super) fn falls(invariant: &str) -> On {
    On::event("violated").what(invariant)
}

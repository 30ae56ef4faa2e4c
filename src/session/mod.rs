//! The door: one object that opens a scenario, runs it, travels in it, changes it and shares it.
//!
//! Everything outside the core (command line, page, JavaScript) goes through a
//! [`Session`]. It decides nothing about protocols and shows nothing: a view
//! sends commands and reads plain values.

mod resolve;

use std::rc::Rc;

use crate::check::Health;
use crate::protocols::{self, Protocol};
use crate::scenario::draw::Draw;
use crate::scenario::faults::{self, Faults};
use crate::scenario::{Command, Do, Opening, Problems, Scenario, Seal, Situation, View};
use crate::sim::{FlightView, NodeStatus, OperationView, Pace, Run};
use crate::trace::{Cast, Digest, EventId, Info, NodeId, Place, Slot, Source, Time, ValueId};

use self::causes::Causes;
pub use self::resolve::pattern;
pub use crate::check::{
    Decided, ElectionCount, Lag, Latency, Leadership, OverTime, QuorumMargin, STEPS, Summary,
    Traffic, Violation,
};
pub use crate::sim::{
    FlightView as Flight, NodeStatus as Status, OperationView as Operation, Pace as Progress,
    TimerView as Timer,
};

mod answers;
mod branch;
mod causes;
mod decided;
mod describe;
mod goals;
mod invariants;
mod lanes;
mod size;
mod undo;

pub use answers::Judged;
pub use branch::Branch;
pub use goals::{CaptionView, GoalView};
pub use invariants::Invariant;
pub use size::resize;
pub use undo::Bookmark;

/// Every protocol's description, in the order people meet them.
pub fn protocols() -> impl Iterator<Item = &'static Info> {
    protocols::ALL.iter().map(|protocol| protocol.info)
}

/// Every situation of the gallery, by protocol.
pub fn gallery() -> impl Iterator<Item = Situation> {
    protocols::gallery()
}

/// The scenario that an address, link or id means.
///
/// An address that says nothing opens the first protocol's usual scenario under `seed`.
///
/// # Errors
/// What is wrong with it, in words.
pub fn scenario_of(opening: Opening, seed: u64) -> Result<Scenario, Problems> {
    match opening {
        Opening::Scenario(scenario) => Ok(*scenario),
        Opening::Situation(id) => {
            protocols::situation(&id).map(|situation| situation.scenario).ok_or_else(|| {
                Problems::one("scenario", format!("the gallery has no situation `{id}`"))
            })
        }
        Opening::Protocol { id, nodes, seed: asked } => {
            let protocol = protocols::find(&id)?;
            let mut scenario = (protocol.usual)(asked.unwrap_or(seed));
            if let Some(nodes) = nodes {
                resize(&mut scenario, protocol.info, nodes)?;
            }
            Ok(scenario)
        }
        Opening::Nothing => Ok((protocols::ALL[0].usual)(seed)),
    }
}

/// In manual mode every act takes this long, in microseconds, so that arrows have a slope.
const MANUAL_PACE_US: u64 = 1_000;
/// How long drawn faults last until everything is put right, in virtual microseconds.
pub const STORM_US: u64 = 3_000_000;

/// A run that can be watched, changed and shared.
pub struct Session {
    protocol: &'static Protocol,
    scenario: Scenario,
    /// The scenario as it was kept last, for the next that is kept to share with.
    kept: Causes,
    run: Run,
    goals: goals::Goals,
    /// The run's invariants, and behind them those judged here.
    invariants: Vec<Invariant>,
    answers: Option<answers::Answers>,
    health: Health,
    /// What has fallen by now.
    violations: Vec<Violation>,
    branches: Vec<Rc<Branch>>,
    /// What the scenario said it comes to, kept aside so that edits do not lose it.
    seal: Option<Seal>,
    verdict: Verdict,
}

/// Whether a shared run came to what its link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The scenario says nothing about its digest.
    Unsealed,
    /// The run has not reached the sealed instant yet.
    Pending,
    /// It is the run that was shared, bit for bit.
    Same,
    /// It is not: this build behaves differently from the one that shared it.
    Differs {
        /// What the link says.
        expected: String,
        /// What the replay came to.
        found: String,
    },
}

/// Why a session cannot do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The scenario or command is not valid: every problem with its field.
    Invalid(Problems),
    /// There is no branch, command or event of that number.
    NoSuch(&'static str),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refusal::Invalid(problems) => write!(f, "{problems}"),
            Refusal::NoSuch(what) => write!(f, "there is no such {what}"),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<Problems> for Refusal {
    fn from(problems: Problems) -> Refusal {
        Refusal::Invalid(problems)
    }
}

impl Session {
    /// Opens a scenario at time zero.
    ///
    /// # Errors
    /// Everything that is wrong with the scenario, each with its field and the fix.
    pub fn open(scenario: Scenario) -> Result<Session, Problems> {
        let protocol = protocols::find(&scenario.protocol)?;
        let (scenario, run) = protocol.open(scenario)?;
        let answers = answers::Answers::of(protocol.info.service);
        let of_answers = answers.as_ref().map(|_| &answers::LINEARIZABILITY);
        let invariants = run.invariants_in_full().iter().chain(of_answers);
        let invariants: Vec<Invariant> =
            invariants.map(|found| Invariant::of(found, protocol.info.epoch)).collect();
        let goals = goals::Goals::new(&scenario, &run, &invariants)?;
        let seal = scenario.digest.clone();
        let verdict = if seal.is_some() { Verdict::Pending } else { Verdict::Unsealed };
        let mut session = Session {
            protocol,
            kept: Causes::of(Scenario::new("", 0)),
            scenario,
            run,
            goals,
            invariants,
            answers,
            health: Health::default(),
            violations: Vec::new(),
            branches: Vec::new(),
            seal,
            verdict,
        };
        session.after_moving();
        Ok(session)
    }

    /// The protocol's description.
    pub fn info(&self) -> &'static Info {
        self.protocol.info
    }

    /// The lanes.
    pub fn cast(&self) -> &Cast {
        self.run.cast()
    }

    /// The run as a source of events, for diagrams and exports.
    pub fn source(&self) -> &dyn Source {
        &self.run
    }

    /// The causes of this run, the user's own acts included.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    // ---- time ----

    /// The present instant.
    pub fn now(&self) -> Time {
        self.run.now()
    }

    /// When the next thing happens by itself, if anything will.
    pub fn next_at(&mut self) -> Option<Time> {
        self.run.next_at()
    }

    /// Steps taken by now, and steps recorded (the known future included).
    pub fn steps(&self) -> (u32, u32) {
        (self.run.steps(), self.run.steps_recorded())
    }

    /// The instant up to which the run is recorded.
    pub fn recorded_until(&self) -> Time {
        let last = self.run.events().last().map_or(Time::ZERO, |event| event.at);
        last.max(self.run.now())
    }

    /// Goes on until `to` or until an invariant falls, taking at most `budget` steps.
    ///
    /// What the clients were answered is judged now and then only, so its fall may lie before the
    /// steps taken.
    pub fn advance(&mut self, to: Time, budget: u32) -> Pace {
        let had_fallen = self.have_answers_fallen();
        let pace = self.run.advance(to, budget);
        self.after_moving();
        if self.have_answers_fallen() && !had_fallen { Pace::Violated } else { pace }
    }

    fn have_answers_fallen(&self) -> bool {
        self.answers.as_ref().is_some_and(answers::Answers::have_fallen)
    }

    /// Takes one step forward; `false` if nothing can happen by itself.
    pub fn step(&mut self) -> bool {
        let took = self.run.step();
        self.after_moving();
        took
    }

    /// Takes one step back; `false` at the very beginning.
    pub fn step_back(&mut self) -> bool {
        let steps = self.run.steps();
        if steps <= 1 {
            return false;
        }
        self.run.seek(steps - 1);
        self.after_moving();
        true
    }

    /// Goes to an instant of the recorded run; beyond the record it goes on by at most `budget` steps.
    pub fn seek(&mut self, to: Time, budget: u32) -> Pace {
        let steps = self.run.steps_until(to).max(1);
        self.run.seek(steps);
        if self.run.steps_recorded() > steps {
            self.run.wait(to);
            self.after_moving();
            return Pace::Arrived;
        }
        self.advance(to, budget)
    }

    /// Goes to right behind the step that an event belongs to.
    pub fn seek_event(&mut self, event: EventId) {
        let steps = self.run.step_of(event);
        self.run.seek(steps);
        self.after_moving();
    }

    /// Goes to the state after so many steps of the recorded run.
    pub fn seek_step(&mut self, steps: u32) {
        self.run.seek(steps.max(1));
        self.after_moving();
    }

    // ---- acting ----

    /// Does something now. In the past this forks: the recorded future is kept as a branch.
    ///
    /// # Errors
    /// What is wrong with the command; nothing has happened then.
    pub fn act(&mut self, act: Do) -> Result<(), Refusal> {
        let because = self.describe(&act);
        let now = self.moment_of_act();
        let mut scenario = self.scenario.clone();
        let (at, at_us) = (self.run.applied(), now.0);
        // What was done at this instant before stays before, though it may say that more of the
        // world's steps come first than another past has taken here.
        let done = scenario.commands[..at].last().filter(|command| command.at_us == at_us);
        let before = if now > self.run.now() { 0 } else { self.run.sub() };
        let sub = done.map_or(0, |command| command.sub).max(before);
        let command = Command { at_us, sub, off: false, act };
        scenario.commands.insert(at, command);
        self.go_on_under(scenario, at + 1, now, because)?;
        self.run.step();
        self.after_moving();
        Ok(())
    }

    /// Lets drawn faults strike from now on, and puts everything right [`STORM_US`] later: each is a command of its
    /// own. In the past this forks, as [`Session::act`] does.
    ///
    /// # Errors
    /// When the run has too many commands then; nothing has happened.
    pub fn beset(&mut self, faults: Faults, seed: u64) -> Result<(), Refusal> {
        let (at, now) = (self.run.applied(), self.run.now());
        let mut scenario = self.scenario.clone();
        let set = scenario.commands[..at].iter().rev().filter(|command| !command.off);
        let network = set.into_iter().find_map(|command| match &command.act {
            Do::Network(network) => Some(network),
            _ => None,
        });
        let time = (now.0 + 1, now.0 + STORM_US);
        let network = network.unwrap_or(&scenario.network);
        let draw = &mut Draw::new(seed);
        let storm = faults::storm(faults, self.info(), self.cast(), time, network, draw);
        scenario.commands.extend(storm);
        scenario.sort_commands();
        self.go_on_under(scenario, at, now, format!("{faults} faults"))?;
        self.after_moving();
        Ok(())
    }

    /// Goes on from an instant of now under other causes, of which so many have taken effect. In the past the recorded
    /// future is kept as a line of history.
    fn go_on_under(
        &mut self,
        mut scenario: Scenario,
        applied: usize,
        now: Time,
        because: String,
    ) -> Result<(), Refusal> {
        let past = self.run.steps_recorded() > self.run.steps();
        if past {
            let mut index = 0;
            // What names a message by its number means the old future's message.
            scenario.commands.retain(|command| {
                index += 1;
                index <= applied || !names_message(&command.act)
            });
        }
        scenario.check(self.info())?;
        self.run.wait(now);
        if past {
            self.keep_branch(because);
        }
        self.scenario = scenario;
        self.leave_what_was_shared();
        self.fork(self.scenario.commands.clone());
        Ok(())
    }

    /// When an act takes place: now, or where people deliver by hand a little later, so that the acts stand apart.
    fn moment_of_act(&mut self) -> Time {
        let now = self.run.now();
        if !self.run.is_manual() {
            return now;
        }
        let later = now.after(MANUAL_PACE_US);
        self.run.next_at().map_or(later, |due| due.min(later))
    }

    /// The run has other causes from here on than the one that was shared, if one was.
    fn leave_what_was_shared(&mut self) {
        self.scenario.digest = None;
        if self.verdict == Verdict::Pending {
            (self.seal, self.verdict) = (None, Verdict::Unsealed);
        }
    }

    /// Switches a command off or on again and replays to the present instant.
    ///
    /// # Errors
    /// When there is no such command.
    pub fn toggle(&mut self, index: usize, budget: u32) -> Result<Pace, Refusal> {
        let mut commands = self.scenario.commands.clone();
        let command = commands.get_mut(index).ok_or(Refusal::NoSuch("command"))?;
        command.off = !command.off;
        let verb = if command.off { "without" } else { "with" };
        let because = format!("{verb} {}", self.describe(&command.act));
        self.keep_branch(because);
        let now = self.run.now();
        Ok(self.replay(commands, index, now, budget))
    }

    fn fork(&mut self, commands: Vec<Command>) {
        self.run.fork(commands);
        let len = self.run.events().len();
        self.goals.forget_from(len);
        self.health.forget_from(len);
        if let Some(answers) = &mut self.answers {
            answers.forget_from(len);
        }
    }

    /// Runs again from before command `index`, under other commands.
    fn replay(&mut self, commands: Vec<Command>, index: usize, to: Time, budget: u32) -> Pace {
        // A command that is only in one of the lists may lie before others that both have.
        let differing = [self.scenario.commands.get(index), commands.get(index)];
        if let Some(at) = differing.into_iter().flatten().map(|command| command.at_us).min() {
            // The first step is that of the beginning: nothing lies before it.
            let before = at.checked_sub(1).map_or(1, |at| self.run.steps_until(Time(at)));
            if before < self.run.steps() {
                self.run.seek(before.max(1));
            }
        }
        self.run.rewind_before(index);
        self.fork(commands.clone());
        if self.scenario.commands != commands {
            self.scenario.commands = commands;
            self.leave_what_was_shared();
        }
        let mut pace = self.run.advance(to, budget);
        while pace == Pace::Violated && self.run.now() < to {
            pace = self.run.advance(to, budget);
        }
        self.after_moving();
        pace
    }

    // ---- looking ----

    /// A node as it stands.
    pub fn status(&self, node: NodeId) -> Option<NodeStatus> {
        self.run.status(node)
    }

    /// The messages under way.
    pub fn flights(&self) -> Vec<FlightView> {
        self.run.flights()
    }

    /// Whether a directed link is cut.
    pub fn is_cut(&self, from: Place, to: Place) -> bool {
        self.run.is_cut(from, to)
    }

    /// Whether messages wait for a command.
    pub fn is_manual(&self) -> bool {
        self.run.is_manual()
    }

    /// The run's invariants, by code; those behind the ones that [`Source::invariants`] names
    /// are judged from the clients' answers and leave no event.
    pub fn invariants(&self) -> &[Invariant] {
        &self.invariants
    }

    /// The invariants that have fallen by now. What the clients were answered is judged as their
    /// history grows; [`Session::judge`] brings that up to date.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Judges what the clients were answered up to now, with bounded work: for the end of a run or
    /// a pause. Says whether it could be judged.
    pub fn judge(&mut self) -> bool {
        let Some(answers) = &mut self.answers else { return true };
        answers.judge(&self.run);
        let known = !answers.is_unknown();
        self.collect_violations();
        known
    }

    /// How far what the clients were answered by now is judged; `None` where nobody is answered.
    pub fn judged(&self) -> Option<Judged> {
        self.answers.as_ref().map(|answers| answers.judged(self.run.reached()))
    }

    fn collect_violations(&mut self) {
        let of_run = self.run.violations();
        let code = self.run.invariants_in_full().len() as u8;
        let reached = self.run.reached();
        let of_answers = self.answers.as_ref().and_then(|answers| answers.fallen(code, reached));
        self.violations.clear();
        self.violations.extend(of_run.iter().cloned().chain(of_answers));
    }

    /// The clients' operations begun by now.
    pub fn operations(&self) -> Vec<OperationView> {
        self.run.operations()
    }

    /// Messages delivered by now.
    pub fn deliveries(&self) -> u64 {
        self.run.deliveries()
    }

    /// How the cluster does: elections, latency, lag, traffic and quorums up to now. Asked for now
    /// and then, it reads what is new since the last time.
    pub fn health(&mut self) -> Summary {
        self.health.follow(&self.run);
        self.health.summary(&self.run)
    }

    /// What is decided by now: one value a slot, in the order of the slots.
    pub fn decided(&self) -> Vec<(Slot, ValueId)> {
        decided::decided(&self.run.events()[..self.run.reached()])
    }

    /// The goals and whether each is reached by now.
    pub fn goals(&self) -> Vec<GoalView<'_>> {
        self.goals.view(self.run.reached())
    }

    /// The captions that have come up by now, oldest first.
    pub fn captions(&self) -> Vec<CaptionView<'_>> {
        self.goals.captions(self.run.reached())
    }

    // ---- sharing ----

    /// The digest of everything that has happened by now.
    pub fn digest(&self) -> Digest {
        self.run.digest()
    }

    /// The scenario of this run at this moment, sealed with its digest.
    pub fn share(&self) -> Scenario {
        let seal = Seal::new(self.run.steps(), self.digest());
        let view = View { at_us: self.now().0, ..self.scenario.view.clone().unwrap_or_default() };
        Scenario { digest: Some(seal), view: Some(view), ..self.scenario.clone() }
    }

    /// Goes on towards the instant the scenario was sealed at, by at most `budget` steps;
    /// says whether it has been reached (or there is no such instant).
    pub fn run_to_seal(&mut self, budget: u32) -> bool {
        let Some(seal) = self.seal.clone() else { return true };
        let mut ended = false;
        for _ in 0..budget {
            if self.run.steps() >= seal.steps {
                break;
            }
            if !self.run.step() {
                ended = true;
                break;
            }
        }
        // The instant it was shared at may lie behind the last thing that happened.
        let at = self.scenario.view.as_ref().map_or(Time::ZERO, |view| Time(view.at_us));
        self.run.wait(at);
        self.after_moving();
        if self.verdict == Verdict::Pending && ended {
            self.verdict = self.differs_from(&seal);
        }
        self.verdict != Verdict::Pending
    }

    fn differs_from(&self, seal: &Seal) -> Verdict {
        Verdict::Differs { expected: seal.hash.clone(), found: self.run.digest().to_string() }
    }

    /// Whether this is the run that was shared.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// The first event at which a replay differed from the record: a bug in the engine.
    pub fn diverged(&self) -> Option<EventId> {
        self.run.diverged()
    }

    fn after_moving(&mut self) {
        self.goals.follow(&self.run);
        if let Some(answers) = &mut self.answers {
            answers.follow(&self.run);
        }
        self.collect_violations();
        if let (Verdict::Pending, Some(seal)) = (&self.verdict, &self.seal) {
            let untouched = self.scenario.digest.as_ref() == Some(seal);
            if untouched && self.run.steps() == seal.steps {
                let is_same = self.run.digest().to_string() == seal.hash;
                self.verdict = if is_same { Verdict::Same } else { self.differs_from(seal) };
            }
        }
    }
}

/// Whether a command means a message by its number.
fn names_message(act: &Do) -> bool {
    matches!(act, Do::Deliver(_) | Do::Drop(_) | Do::Duplicate(_) | Do::Delay { .. })
}

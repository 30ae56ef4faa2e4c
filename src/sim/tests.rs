//! What the world promises, shown with the smallest engine that can show it.

use std::rc::Rc;

use crate::check::Checks;
use crate::machine::{Command, Op, Outcome};
use crate::node::{Config, Durable, Effects, Engine, Membership, Message, Rules, Timer};
use crate::scenario::{Act, Clients, Do, Intercept, Latency, Network, Ratio};
use crate::trace::{
    Cast, ClientPolicy, Event, EventKind, Fact, Field, Info, Lane, Loss, MessageInfo, NameInfo,
    NodeId, NodeView, ParamValues, Place, Service, Slot, Step, Time, TimerRef, ValueId,
};

use super::clients::Habits;
use super::cluster::Cluster;
use super::history::Run;
use super::network::Net;
use super::random::Luck;
use super::run::Pace;
use super::world::{Setup, World};

/// Writes a number down for every request, then tells the next node, which
/// acknowledges; a timer ticks. Node 0 serves; others send clients there.
#[derive(Clone)]
struct Scribe {
    me: NodeId,
    nodes: u8,
    written: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Note {
    Tell(u32),
    Ack(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Tick;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Book(u32);

impl Message for Note {
    fn kind(&self) -> u8 {
        u8::from(matches!(self, Note::Ack(_)))
    }
    fn label(&self, _: &Cast) -> String {
        format!("{self:?}")
    }
    fn fields(&self, _: &Cast) -> Vec<Field> {
        Vec::new()
    }
}

impl Timer for Tick {
    fn to_ref(self) -> TimerRef {
        TimerRef { kind: 0, key: 0 }
    }
    fn from_ref(timer: TimerRef) -> Option<Tick> {
        (timer.kind == 0).then_some(Tick)
    }
}

impl Durable for Book {
    type Write = u32;
    fn apply(&mut self, write: &u32) {
        self.0 = *write;
    }
    fn kind(_: &u32) -> u8 {
        0
    }
}

const NAME: NameInfo = NameInfo { name: "tick", doc: "" };
const TELL: MessageInfo =
    MessageInfo { name: "Tell", doc: "", step: Step::Replicate, reply: false };
const ACK: MessageInfo = MessageInfo { name: "Ack", doc: "", step: Step::Replicate, reply: true };

impl Engine for Scribe {
    type Message = Note;
    type Timer = Tick;
    type Durable = Book;
    type Params = ();

    const INFO: &'static Info = &Info {
        id: "scribe",
        name: "Scribe",
        summary: "",
        paper: "",
        epoch: "",
        slot: "index",
        roles: &[],
        messages: &[TELL, ACK],
        timers: &[NAME],
        writes: &[NAME],
        quorums: &[],
        refusals: &[],
        notes: &[],
        rules: &[],
        params: &[],
        clients: ClientPolicy::OneNode,
        service: Service::Decision,
        classes: &[],
        simplified: &[],
    };

    fn params(_: &ParamValues, _: &Membership) -> Result<(), (&'static str, String)> {
        Ok(())
    }

    fn boot(me: NodeId, config: &Rc<Config<()>>, book: Book, fx: &mut Effects<Scribe>) -> Scribe {
        fx.fact(Fact::Recovered { last: Slot::at(book.0) });
        fx.set_timer(Tick, 100_000..=100_000);
        Scribe { me, nodes: config.members.len() as u8, written: book.0 }
    }

    fn on_message(&mut self, from: NodeId, message: &Note, fx: &mut Effects<Scribe>) {
        match message {
            Note::Tell(number) => fx.send(from, Note::Ack(*number)),
            Note::Ack(number) => fx.fact(Fact::Note { what: 0, number: *number }),
        }
    }

    fn on_timer(&mut self, _: Tick, fx: &mut Effects<Scribe>) {
        fx.set_timer(Tick, 100_000..=100_000);
    }

    fn on_request(&mut self, request: Command, fx: &mut Effects<Scribe>) {
        let Some(key) = request.key() else { return };
        if self.me.0 != 0 {
            return fx.reply(key, Outcome::Redirect(Some(NodeId(0))));
        }
        self.written += 1;
        fx.persist(self.written);
        fx.send(NodeId((self.me.0 + 1) % self.nodes), Note::Tell(self.written));
        fx.reply(key, Outcome::Done(None));
    }

    fn view(&self, _: &Cast) -> NodeView {
        NodeView { fields: vec![Field::new("written", self.written)], ..NodeView::default() }
    }
}

struct Plan {
    network: Network,
    clients: Clients,
    policy: ClientPolicy,
    commands: Vec<crate::scenario::Command>,
}

fn plan() -> Plan {
    Plan {
        network: Network { latency: Latency::Fixed { us: 10_000 }, ..Network::default() },
        clients: Clients::default(),
        policy: ClientPolicy::OneNode,
        commands: Vec::new(),
    }
}

impl Plan {
    fn at_ms(mut self, at_ms: u64, act: Do) -> Plan {
        let at_us = at_ms * 1_000;
        self.commands.push(crate::scenario::Command { at_us, sub: 0, off: false, act });
        self
    }

    fn run(self, until_ms: u64) -> Run {
        let mut history = self.open();
        history.advance(Time(until_ms * 1_000), u32::MAX);
        history
    }

    fn open(self) -> Run {
        let lane = |i: u8| Lane { name: format!("S{}", i + 1), class: 0 };
        let clients = (1..=self.clients.count).map(|i| format!("C{i}")).collect();
        let cast = Cast { nodes: (0..3).map(lane).collect(), clients };
        let members = Membership { duties: vec![1; 3] };
        let net = Net::new(&cast, &self.network);
        let habits = Habits {
            policy: self.policy,
            serving: (0..3).map(NodeId).collect(),
            workload: self.clients,
            single: false,
        };
        let config = Config { members, params: (), broken: Rules::NONE };
        let nodes = Box::new(Cluster::<Scribe>::new(config));
        let setup = Setup { info: Scribe::INFO, cast, luck: Luck::new(5), habits };
        let mut commands = self.commands;
        commands.sort_by_key(|command| command.at_us);
        Run::new(World::new(setup, nodes, net, false, Checks::default()), commands)
    }
}

fn ask(to: &str) -> Do {
    Do::Request { client: None, to: Some(to.to_owned()), op: "x=1".to_owned() }
}

/// Each event of a place that `pick` likes, with its time in milliseconds.
fn told<T>(history: &Run, pick: impl Fn(&Event) -> Option<T>) -> Vec<(u64, T)> {
    let events = &history.world.record.events;
    events.iter().filter_map(|event| Some((event.at.0 / 1_000, pick(event)?))).collect()
}

fn notes(history: &Run) -> Vec<(u64, u32)> {
    told(history, |event| match event.kind {
        EventKind::Fact(Fact::Note { number, .. }) => Some(number),
        _ => None,
    })
}

fn losses(history: &Run) -> Vec<(u64, (Place, Loss))> {
    told(history, |event| match event.kind {
        EventKind::Lost { why, .. } => Some((event.place, why)),
        _ => None,
    })
}

fn returns(history: &Run) -> Vec<(u64, u32)> {
    told(history, |event| match event.kind {
        EventKind::Returned { value: ValueId(value) } => Some(value),
        _ => None,
    })
}

const S1: Place = Place::Node(NodeId(0));
const S2: Place = Place::Node(NodeId(1));

#[test]
fn a_request_travels_there_and_back() {
    let history = plan().at_ms(5, ask("S1")).run(60);
    assert_eq!(notes(&history), [(35, 1)], "5, request 15, tell 25, ack 35");
    assert_eq!(returns(&history), [(25, 1)]);
}

#[test]
fn a_client_follows_redirects_and_retries_in_turn() {
    let redirected = plan().at_ms(0, ask("S3")).run(100);
    assert_eq!(returns(&redirected), [(40, 1)], "to S3, back, to S1, back");
    let crashed = plan().at_ms(0, Do::Crash("S3".into())).at_ms(0, ask("S3")).run(900);
    assert_eq!(returns(&crashed), [(520, 1)], "S1 comes after S3 once 500 ms of patience end");
    let timeouts =
        told(&crashed, |event| matches!(event.kind, EventKind::TimedOut { .. }).then_some(()));
    assert_eq!(timeouts, [(500, ())]);
}

#[test]
fn a_client_can_ask_everyone_at_once() {
    let mut everyone = plan();
    everyone.policy = ClientPolicy::Everyone;
    let act = Do::Request { client: None, to: None, op: "x=1".to_owned() };
    let history = everyone.at_ms(0, act).run(60);
    let asked = told(&history, |event| match event.kind {
        EventKind::Sent { to: Place::Node(node), .. } if event.place.client().is_some() => {
            Some(node.0)
        }
        _ => None,
    });
    assert_eq!(asked, [(0, 0), (0, 1), (0, 2)], "all at once");
    assert_eq!(returns(&history), [(20, 1)]);
}

#[test]
fn a_crash_splits_a_step_between_any_two_effects() {
    // The step's effects: persist, send, reply.
    let after = |effects| {
        plan()
            .at_ms(0, Do::CrashWithin { node: "S1".into(), effects })
            .at_ms(0, ask("S1"))
            .at_ms(50, Do::Restart("S1".into()))
            .run(80)
    };
    let told_s2 = |history: &Run| {
        told(history, |event| {
            matches!(event.kind, EventKind::Delivered { from, .. } if from == S1 && event.place == S2)
                .then_some(())
        })
    };
    for (effects, on_disk, sent, replied) in
        [(0, 0, false, false), (1, 1, false, false), (2, 1, true, false), (3, 1, true, true)]
    {
        let history = after(effects);
        assert_eq!(recovered(&history, S1), [(0, 0), (50, on_disk)], "after {effects} effects");
        assert_eq!(!told_s2(&history).is_empty(), sent, "after {effects} effects");
        assert_eq!(!returns(&history).is_empty(), replied, "after {effects} effects");
    }
}

#[test]
fn what_depends_on_a_write_waits_for_the_disk() {
    let slow = Do::Disk { node: "S1".into(), delay_us: 7_000 };
    let history = plan().at_ms(0, slow.clone()).at_ms(0, ask("S1")).at_ms(1, ask("S1")).run(100);
    let written =
        told(&history, |event| matches!(event.kind, EventKind::Persisted { .. }).then_some(()));
    assert_eq!(written, [(17, ()), (24, ())], "one after the other");
    assert_eq!(notes(&history), [(37, 1), (44, 2)]);

    let lost = plan()
        .at_ms(0, slow)
        .at_ms(0, ask("S1"))
        .at_ms(12, Do::Crash("S1".into()))
        .at_ms(13, Do::Restart("S1".into()))
        .run(100);
    assert!(notes(&lost).is_empty(), "a crash loses the write and what waited for it");
    assert!(
        told(&lost, |event| matches!(event.kind, EventKind::Persisted { .. }).then_some(()))
            .is_empty()
    );
}

/// What a place goes through itself, and what caused each: the kind of the event that did.
fn fate(history: &Run, place: Place) -> Vec<(u64, (&'static str, &'static str))> {
    let kind_of = |event: &Event| event.kind.name();
    told(history, |event| {
        let own = matches!(
            event.kind,
            EventKind::Started | EventKind::Crashed | EventKind::DiskLost | EventKind::Restarted
        );
        let cause = event.cause.map(|cause| &history.world.record.events[cause.event().index()]);
        (own && event.place == place).then(|| (kind_of(event), cause.map_or("", kind_of)))
    })
}

fn recovered(history: &Run, place: Place) -> Vec<(u64, u32)> {
    told(history, |event| match event.kind {
        EventKind::Fact(Fact::Recovered { last }) if event.place == place => Some(last.index),
        _ => None,
    })
}

#[test]
fn a_lost_disk_is_a_crash_that_nothing_survives() {
    let with = |act: Do| {
        plan()
            .at_ms(0, ask("S1"))
            .at_ms(15, act)
            .at_ms(50, Do::Restart("S1".into()))
            .at_ms(60, ask("S1"))
            .run(120)
    };
    let (crashed, wiped) = (with(Do::Crash("S1".into())), with(Do::Wipe("S1".into())));
    assert_eq!(recovered(&crashed, S1), [(0, 0), (50, 1)], "a disk survives a crash");
    assert_eq!(recovered(&wiped, S1), [(0, 0), (50, 0)], "and is empty where it was lost");
    assert_eq!(
        fate(&wiped, S1),
        [
            (0, ("started", "")),
            (15, ("crashed", "command")),
            (15, ("disk_lost", "command")),
            (50, ("restarted", "command")),
        ]
    );
    // What it had said is under way all the same; the acknowledgement finds nobody.
    assert_eq!(returns(&wiped), [(20, 1), (80, 2)]);
    assert_eq!(losses(&wiped), [(30, (S1, Loss::Down))]);
    // It begins to count anew, and what it wrote before is written over.
    assert_eq!(notes(&crashed), [(90, 2)]);
    assert_eq!(notes(&wiped), [(90, 1)]);
    // Nobody else notices.
    for other in [1, 2] {
        let view = |history: &Run| history.status(NodeId(other)).map(|status| status.view);
        assert_eq!(view(&wiped), view(&crashed));
        assert_eq!(fate(&wiped, Place::Node(NodeId(other))), [(0, ("started", ""))]);
    }
    assert_eq!(wiped.digest().to_string(), "a8de12b258c25f12");
}

#[test]
fn the_disk_of_a_node_that_is_down_can_be_lost_as_well() {
    let history = plan()
        .at_ms(0, ask("S1"))
        .at_ms(20, Do::Crash("S1".into()))
        .at_ms(30, Do::Wipe("S1".into()))
        .at_ms(40, Do::Wipe("S1".into()))
        .at_ms(50, Do::Restart("S1".into()))
        .run(60);
    let crash_and_losses = [(20, "crashed"), (30, "disk_lost"), (40, "disk_lost")];
    let found: Vec<_> = fate(&history, S1).into_iter().map(|(at, (kind, _))| (at, kind)).collect();
    assert_eq!(found[1..4], crash_and_losses, "it does not crash twice");
    assert_eq!(recovered(&history, S1), [(0, 0), (50, 0)]);
}

#[test]
fn a_write_under_way_does_not_reach_the_disk_that_was_lost() {
    let history = plan()
        .at_ms(0, Do::Disk { node: "S1".into(), delay_us: 7_000 })
        .at_ms(0, ask("S1"))
        .at_ms(12, Do::Wipe("S1".into()))
        .at_ms(13, Do::Restart("S1".into()))
        .at_ms(30, ask("S1"))
        .run(100);
    let written =
        told(&history, |event| matches!(event.kind, EventKind::Persisted { .. }).then_some(()));
    assert_eq!(written, [(47, ())], "the new disk is as slow as the old one");
    assert_eq!(notes(&history), [(67, 1)]);
}

#[test]
fn a_lost_disk_is_there_again_before_it_was_lost() {
    let mut plan = plan();
    plan.clients = Clients { operations: 200, think_us: 5_000, ..Clients::default() };
    let wipe = plan.at_ms(3_000, Do::Wipe("S1".into())).at_ms(3_100, Do::Restart("S1".into()));
    let mut history = wipe.open();
    history.advance(Time(4_000_000), u32::MAX);
    assert!(history.checkpoints() > 2, "{} steps", history.steps());
    let look = |history: &Run| (history.digest(), history.status(NodeId(0)));
    let (steps, end) = (history.steps(), look(&history));
    let lost = history.steps_until(Time(2_999_999));
    history.seek(lost);
    let before = look(&history);
    assert!(before.1.as_ref().is_some_and(|status| status.up));
    history.seek(steps);
    assert_eq!(look(&history), end);
    history.seek(lost);
    assert_eq!(look(&history), before);
    assert_eq!(history.diverged(), None);
    // Acting there instead: a crash, and the disk has what was written.
    let at = |at_us, act| crate::scenario::Command { at_us, sub: 0, off: false, act };
    history
        .fork(vec![at(3_000_000, Do::Crash("S1".into())), at(3_100_000, Do::Restart("S1".into()))]);
    history.advance(Time(4_000_000), u32::MAX);
    let last = |history: &Run| recovered(history, S1).last().copied();
    assert!(last(&history).is_some_and(|(at, number)| at == 3_100 && number > 50));
}

#[test]
fn a_pause_keeps_what_arrives_in_order() {
    let history = plan()
        .at_ms(5, Do::Pause("S1".into()))
        .at_ms(0, ask("S1"))
        .at_ms(1, ask("S1"))
        .at_ms(200, Do::Resume("S1".into()))
        .run(300);
    assert_eq!(notes(&history), [(220, 1), (220, 2)]);
    let rung = told(&history, |event| {
        (event.place == S1 && matches!(event.kind, EventKind::TimerFired { .. })).then_some(())
    });
    assert_eq!(rung, [(200, ()), (300, ())], "the timer due at 100 rings at the end of the pause");
}

#[test]
fn a_crash_forgets_timers_and_messages_that_waited() {
    let history = plan()
        .at_ms(0, ask("S1"))
        .at_ms(5, Do::Pause("S1".into()))
        .at_ms(50, Do::Crash("S1".into()))
        .at_ms(150, Do::Restart("S1".into()))
        .run(260);
    assert_eq!(losses(&history), [(50, (S1, Loss::Down))]);
    let rung = told(&history, |event| {
        (event.place == S1 && matches!(event.kind, EventKind::TimerFired { .. })).then_some(())
    });
    assert_eq!(rung, [(250, ())]);
}

fn written(history: &Run) -> Vec<u64> {
    let persisted = |event: &Event| matches!(event.kind, EventKind::Persisted { .. }).then_some(());
    told(history, persisted).into_iter().map(|(at, ())| at).collect()
}

fn slow_disk() -> Do {
    Do::Disk { node: "S1".into(), delay_us: 50_000 }
}

#[test]
fn a_paused_node_learns_that_its_write_is_done_when_it_goes_on() {
    let plan =
        || plan().at_ms(0, slow_disk()).at_ms(0, ask("S1")).at_ms(20, Do::Pause("S1".into()));
    let resumed = plan().at_ms(200, Do::Resume("S1".into())).run(300);
    assert_eq!(written(&resumed), [200]);
    assert_eq!(notes(&resumed), [(220, 1)]);
    let crashed = plan().at_ms(200, Do::Crash("S1".into())).run(300);
    assert!(written(&crashed).is_empty(), "what waited for the disk goes with the node");
}

#[test]
fn what_waits_at_a_paused_node_is_not_taken_for_what_has_its_place_now() {
    let plan = || {
        plan()
            .at_ms(0, ask("S1"))
            .at_ms(5, Do::Pause("S1".into()))
            .at_ms(12, Do::Drop(0))
            .at_ms(15, ask("S2"))
    };
    let arrivals = |history: &Run| {
        told(history, |event| match event.kind {
            EventKind::Delivered { .. } if event.place == S2 => Some(()),
            _ => None,
        })
    };
    let resumed = plan().at_ms(16, Do::Resume("S1".into())).run(30);
    assert_eq!(arrivals(&resumed), [(25, ())]);
    let crashed = plan().at_ms(16, Do::Crash("S1".into())).run(30);
    assert_eq!(losses(&crashed), [(12, (S1, Loss::Dropped))]);
    assert_eq!(arrivals(&crashed), [(25, ())]);
}

#[test]
fn what_waits_at_a_paused_node_can_be_put_off() {
    let (node, timer, key) = ("S1".to_owned(), "tick".to_owned(), 0);
    let history = plan()
        .at_ms(0, ask("S1"))
        .at_ms(5, Do::Pause("S1".into()))
        .at_ms(120, Do::Delay { message: 0, until_us: 300_000 })
        .at_ms(120, Do::Postpone { node, timer, key, until_us: 250_000 })
        .at_ms(200, Do::Resume("S1".into()))
        .run(310);
    assert_eq!(written(&history), [300]);
    let rung = told(&history, |event| {
        (event.place == S1 && matches!(event.kind, EventKind::TimerFired { .. })).then_some(())
    });
    assert_eq!(rung, [(250, ())]);
}

#[test]
fn while_messages_are_held_disks_are_done_at_once() {
    let plan = || {
        plan()
            .at_ms(0, slow_disk())
            .at_ms(0, ask("S1"))
            .at_ms(20, Do::Manual(true))
            .at_ms(22, ask("S1"))
            .at_ms(23, Do::Deliver(3))
    };
    let free = plan().at_ms(30, Do::Manual(false)).at_ms(31, ask("S1")).run(200);
    assert_eq!(written(&free), [20, 23, 91], "in the order in which they were asked for");
    let paused = plan()
        .at_ms(19, Do::Pause("S1".into()))
        .at_ms(40, Do::Resume("S1".into()))
        .at_ms(50, Do::Manual(false))
        .run(200);
    assert_eq!(written(&paused)[0], 40, "a paused node takes no step");
}

#[test]
fn a_fast_clock_rings_early_and_a_slow_one_late() {
    let with = |ppm| {
        let history = plan().at_ms(0, Do::Drift { node: "S1".into(), ppm }).run(500);
        told(&history, |event| {
            (event.place == S1 && matches!(event.kind, EventKind::TimerFired { .. })).then_some(())
        })
        .iter()
        .map(|(at, ())| *at)
        .collect::<Vec<u64>>()
    };
    assert_eq!(with(1_000_000)[..3], [100, 150, 200], "twice as fast from the second setting on");
    assert_eq!(with(-500_000)[..2], [100, 300], "half as fast");
}

#[test]
fn cuts_and_partitions_lose_messages_and_say_why() {
    let one_way = plan()
        .at_ms(0, Do::Cut { from: "S2".into(), to: "S1".into() })
        .at_ms(0, ask("S1"))
        .run(100);
    assert_eq!(losses(&one_way), [(20, (S2, Loss::Cut))], "the tell passes, the ack does not");

    let in_flight = plan()
        .at_ms(0, ask("S1"))
        .at_ms(15, Do::Partition(vec![vec!["S1".into()], vec!["S2".into(), "S3".into()]]))
        .at_ms(30, Do::Heal)
        .at_ms(40, ask("S1"))
        .run(100);
    assert_eq!(losses(&in_flight), [(20, (S2, Loss::Cut))]);
    assert_eq!(returns(&in_flight), [(20, 1), (60, 2)], "clients reach every group");
    assert_eq!(notes(&in_flight), [(70, 2)]);
}

#[test]
fn interceptions_pick_messages_as_they_are_sent() {
    let intercept = |skip, times, act| {
        Do::Intercept(Intercept {
            from: Some("S1".into()),
            to: None,
            kind: Some("Tell".into()),
            skip,
            times,
            act,
        })
    };
    let run = |act| {
        let plan = plan().at_ms(0, intercept(1, 1, act));
        notes(&(0..3).fold(plan, |plan, i| plan.at_ms(i, ask("S1"))).run(200))
    };
    assert_eq!(run(Act::Drop), [(30, 1), (32, 3)]);
    assert_eq!(run(Act::Take(50_000)), [(30, 1), (32, 3), (71, 2)]);
    assert_eq!(run(Act::Duplicate), [(30, 1), (31, 2), (31, 2), (32, 3)]);
    assert_eq!(run(Act::DuplicateTaking(90_000)), [(30, 1), (31, 2), (32, 3), (111, 2)]);
}

#[test]
fn a_link_that_keeps_order_never_lets_one_overtake() {
    let network = Network {
        latency: Latency::Uniform { min_us: 1_000, max_us: 50_000 },
        ..Network::default()
    };
    let order = |fifo| {
        let mut plan = plan();
        plan.network = Network { fifo, ..network.clone() };
        let history = (0..20).fold(plan, |plan, i| plan.at_ms(i, ask("S1"))).run(400);
        notes(&history).iter().map(|(_, number)| *number).collect::<Vec<u32>>()
    };
    assert_eq!(order(true), (1..=20).collect::<Vec<u32>>());
    assert_ne!(order(false), (1..=20).collect::<Vec<u32>>());
}

#[test]
fn in_manual_mode_nothing_moves_by_itself() {
    let mut history = plan().at_ms(0, Do::Manual(true)).at_ms(0, ask("S1")).open();
    assert_eq!(history.advance(Time(50_000), 100), Pace::Quiet);
    assert_eq!(history.flights().len(), 1);
    let commands = |acts: Vec<Do>| {
        let mut plan = plan().at_ms(0, Do::Manual(true)).at_ms(0, ask("S1"));
        for (i, act) in acts.into_iter().enumerate() {
            plan = plan.at_ms(i as u64 + 1, act);
        }
        plan.run(200)
    };
    let delivered =
        commands(vec![Do::Deliver(0), Do::Duplicate(1), Do::Deliver(1), Do::Deliver(3)]);
    let acked = delivered.flights().len();
    assert_eq!(acked, 3, "the reply and two acknowledgements wait");
    let dropped = commands(vec![Do::Drop(0)]);
    assert_eq!(losses(&dropped), [(1, (S1, Loss::Dropped))]);
}

#[test]
fn timers_can_be_fired_and_postponed() {
    let key = 0;
    let history = plan()
        .at_ms(10, Do::Fire { node: "S1".into(), timer: "tick".into(), key })
        .at_ms(20, Do::Postpone { node: "S2".into(), timer: "tick".into(), key, until_us: 150_000 })
        .run(160);
    let rung = told(&history, |event| match (event.kind, event.place.node()) {
        (EventKind::TimerFired { .. }, Some(node)) => Some(node.0),
        _ => None,
    });
    assert_eq!(rung, [(10, 0), (100, 2), (110, 0), (150, 1)]);
}

#[test]
fn the_luck_of_others_does_not_shift() {
    let lossy = Network {
        latency: Latency::Uniform { min_us: 1_000, max_us: 90_000 },
        loss: Ratio::percent(20),
        ..Network::default()
    };
    let arrivals = |extra: Option<Do>| {
        let mut plan = plan();
        plan.network = lossy.clone();
        plan.clients = Clients { count: 2, ..Clients::default() };
        if let Some(extra) = extra {
            plan = plan.at_ms(1, extra);
        }
        let history = (0..20).fold(plan, |plan, i| plan.at_ms(10 * i, ask("S1"))).run(490);
        told(&history, |event| match event.kind {
            EventKind::Delivered { from: Place::Client(client), .. } if client.0 == 0 => Some(()),
            _ => None,
        })
    };
    let plain = arrivals(None);
    let other = Do::Request { client: Some("C2".into()), to: Some("S3".into()), op: "y=1".into() };
    assert_eq!(plain, arrivals(Some(other)), "another client's request changes nothing for C1");
    let crash = Do::Crash("S2".into());
    assert_eq!(plain, arrivals(Some(crash)), "nor does a crash elsewhere, until a retry meets it");
}

#[test]
fn seeking_gives_the_same_state_as_running() {
    let make = || {
        let mut plan = plan();
        plan.clients = Clients {
            count: 3,
            operations: 60,
            think_us: 5_000,
            timeout_us: 50_000,
            ..Clients::default()
        };
        plan.network.loss = Ratio::percent(10);
        plan.at_ms(33, Do::Crash("S2".into())).at_ms(77, Do::Restart("S2".into())).open()
    };
    let look = |history: &Run| {
        let nodes: Vec<_> = (0..3).map(|i| history.status(NodeId(i))).collect();
        (history.digest(), nodes, history.flights(), history.world.state.now)
    };
    let mut straight = make();
    let mut states = vec![look(&straight)];
    while straight.world.next_at().is_some_and(|at| at <= Time(2_000_000)) {
        straight.step();
        states.push(look(&straight));
    }
    assert!(states.len() > 600, "several checkpoints: {} steps", states.len());
    for at in (0..states.len()).rev().step_by(7).chain([3, 500, 130, 129, 128, 127]) {
        straight.seek(at as u32 + 1);
        assert_eq!(look(&straight), states[at], "after {at} steps");
    }
    assert_eq!(straight.diverged(), None);

    let mut in_pieces = make();
    for ms in 0..=2_000 {
        in_pieces.advance(Time(ms * 1_000), u32::MAX);
    }
    let mut at_once = make();
    at_once.advance(Time(2_000_000), u32::MAX);
    assert_eq!(look(&in_pieces), look(&at_once), "2,000 times 1 ms is 2 s");
}

#[test]
fn the_number_of_checkpoints_is_bounded() {
    let mut plan = plan();
    plan.clients = Clients { operations: 20_000, think_us: 0, window: 8, ..Clients::default() };
    let mut history = plan.open();
    while history.steps() < 30_000 {
        assert!(history.step());
    }
    assert!(history.checkpoints() <= 64);
    let digest = history.digest();
    history.seek(17);
    history.seek(30_000);
    assert_eq!(history.digest(), digest);
}

#[test]
fn an_operation_is_a_word_or_a_pair() {
    for text in ["x=5", "x?", "blue", "no-op"] {
        assert_eq!(text.parse::<Op>().map(|op| op.to_string()).as_deref(), Ok(text));
    }
    for text in ["", "x=", "=5", "far-too-long", "a b", "ü"] {
        assert!(text.parse::<Op>().is_err(), "{text:?}");
    }
}

//! Arbitrary well-formed scenarios: every field, every command, hostile names and texts.

use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use synod::scenario::{
    Act, Caption, Clients, Command, Do, Goal, Intercept, Latency, LinkRule, Members, Network, On,
    ParamValue, Ratio, Scenario, Seal, View,
};

/// A name: mostly a lane or a word, sometimes anything at all.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[A-Z][1-9]",
        4 => "[a-zA-Z_]{1,12}",
        2 => prop_oneof![
            Just("to"), Just("from"), Just("|"), Just("drop"), Just("\""), Just("#"), Just(""),
            Just("true"), Just("12")
        ].prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn latency() -> impl Strategy<Value = Latency> {
    prop_oneof![
        any::<u64>().prop_map(|us| Latency::Fixed { us }),
        any::<(u64, u64)>().prop_map(|(min_us, max_us)| Latency::Uniform { min_us, max_us }),
        any::<u64>().prop_map(|median_us| Latency::LongTail { median_us }),
    ]
}

fn ratio() -> impl Strategy<Value = Ratio> {
    any::<(u32, u32)>().prop_map(|(of, per)| Ratio { of, per })
}

fn link() -> impl Strategy<Value = LinkRule> {
    let shape = (of(latency()), of(ratio()), of(ratio()), of(any::<bool>()));
    (name(), name(), shape).prop_map(|(from, to, (latency, loss, duplication, fifo))| LinkRule {
        from,
        to,
        latency,
        loss,
        duplication,
        fifo,
    })
}

fn network() -> impl Strategy<Value = Network> {
    (latency(), ratio(), ratio(), any::<bool>(), vec(link(), 0..3)).prop_map(
        |(latency, loss, duplication, fifo, links)| Network {
            latency,
            loss,
            duplication,
            fifo,
            links,
        },
    )
}

fn intercept() -> impl Strategy<Value = Do> {
    let act = prop_oneof![
        Just(Act::Drop),
        Just(Act::Duplicate),
        any::<u64>().prop_map(Act::Take),
        any::<u64>().prop_map(Act::DuplicateTaking),
    ];
    (of(name()), of(name()), of(name()), any::<u32>(), any::<u32>(), act).prop_map(
        |(from, to, kind, skip, times, act)| {
            Do::Intercept(Intercept { from, to, kind, skip, times, act })
        },
    )
}

fn fault() -> impl Strategy<Value = Do> {
    prop_oneof![
        name().prop_map(Do::Crash),
        (name(), any::<u16>()).prop_map(|(node, effects)| Do::CrashWithin { node, effects }),
        name().prop_map(Do::Restart),
        name().prop_map(Do::Pause),
        name().prop_map(Do::Resume),
        name().prop_map(Do::Wipe),
        (name(), any::<i32>()).prop_map(|(node, ppm)| Do::Drift { node, ppm }),
        (name(), any::<u64>()).prop_map(|(node, delay_us)| Do::Disk { node, delay_us }),
    ]
}

fn connection() -> impl Strategy<Value = Do> {
    prop_oneof![
        vec(vec(name(), 1..4), 1..4).prop_map(Do::Partition),
        Just(Do::Heal),
        (name(), name()).prop_map(|(from, to)| Do::Cut { from, to }),
        (name(), name()).prop_map(|(from, to)| Do::Mend { from, to }),
        network().prop_map(Do::Network),
        link().prop_map(Do::Link),
        intercept(),
    ]
}

fn steering() -> impl Strategy<Value = Do> {
    let timer = || (name(), name(), any::<u32>());
    prop_oneof![
        (of(name()), of(name()), name()).prop_map(|(client, to, op)| Do::Request {
            client,
            to,
            op
        }),
        any::<u32>().prop_map(Do::Deliver),
        any::<u32>().prop_map(Do::Drop),
        any::<u32>().prop_map(Do::Duplicate),
        any::<(u32, u64)>().prop_map(|(message, until_us)| Do::Delay { message, until_us }),
        timer().prop_map(|(node, timer, key)| Do::Fire { node, timer, key }),
        (timer(), any::<u64>()).prop_map(|((node, timer, key), until_us)| Do::Postpone {
            node,
            timer,
            key,
            until_us
        }),
        any::<bool>().prop_map(Do::Manual),
    ]
}

/// Anything a command can do.
pub(crate) fn act() -> impl Strategy<Value = Do> {
    prop_oneof![fault(), connection(), steering()]
}

fn command() -> impl Strategy<Value = Command> {
    let sub = prop_oneof![Just(0), any::<u32>()];
    (any::<u64>(), sub, any::<bool>(), act()).prop_map(|(at_us, sub, off, act)| Command {
        at_us,
        sub,
        off,
        act,
    })
}

fn on() -> impl Strategy<Value = On> {
    let number = || of("[0-9]{1,3}(\\.[1-9])?");
    (name(), of(name()), of(name()), of(name()), number(), number(), of(name())).prop_map(
        |(event, at, peer, what, epoch, slot, value)| On {
            event,
            at,
            peer,
            what,
            epoch,
            slot,
            value,
        },
    )
}

fn clients() -> impl Strategy<Value = Clients> {
    let counts = any::<(u8, u32, u32, u8, u8)>();
    let times = any::<(u64, u64, u64)>();
    (counts, times).prop_map(
        |((count, operations, window, reads_percent, keys), (start_us, think_us, timeout_us))| {
            Clients {
                count,
                operations,
                window,
                start_us,
                think_us,
                timeout_us,
                reads_percent,
                keys,
            }
        },
    )
}

fn value() -> impl Strategy<Value = ParamValue> {
    prop_oneof![
        any::<bool>().prop_map(ParamValue::Bool),
        any::<u64>().prop_map(ParamValue::Int),
        name().prop_map(ParamValue::Word),
    ]
}

/// Any well-formed scenario, possible or not.
pub(crate) fn scenario() -> impl Strategy<Value = Scenario> {
    let members = (name(), any::<u8>()).prop_map(|(class, count)| Members { class, count });
    let header = (name(), any::<String>(), any::<String>(), any::<u64>(), vec(members, 0..3));
    let network = prop_oneof![Just(Network::default()), network()];
    let clients = prop_oneof![Just(Clients::default()), clients()];
    let setting = (btree_map(name(), value(), 0..4), network, clients, any::<bool>());
    let goal = (name(), on(), any::<u32>()).prop_map(|(name, on, times)| Goal { name, on, times });
    let caption =
        (on(), any::<String>(), any::<u32>()).prop_map(|(on, text, nth)| Caption { on, text, nth });
    let story = (vec(goal, 0..3), vec(name(), 0..3), vec(caption, 0..3), any::<u64>());
    let view = (any::<(u64, bool)>(), vec(name(), 0..3), vec(name(), 0..3))
        .prop_map(|((at_us, play), lanes, hidden)| View { at_us, play, lanes, hidden });
    let seal = (any::<u32>(), name()).prop_map(|(steps, hash)| Seal { steps, hash });
    let ending = (vec(name(), 0..3), vec(command(), 0..6), of(view), of(seal));
    (header, setting, story, ending).prop_map(|(header, setting, story, ending)| {
        let (protocol, title, about, seed, cluster) = header;
        let (set, network, clients, manual) = setting;
        let (goals, expect, narration, until_us) = story;
        let (broken, commands, view, digest) = ending;
        let base = Scenario::new(&protocol, seed).titled(&title, &about);
        Scenario {
            cluster,
            set: set.into_iter().collect(),
            network,
            clients,
            manual,
            broken,
            commands,
            goals,
            expect,
            narration,
            until_us,
            view,
            digest,
            ..base
        }
    })
}

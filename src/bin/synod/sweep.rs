//! `synod sweep`: many seeds, each with faults of its own.

#![allow(clippy::disallowed_types, reason = "the command line measures how long its runs take")]

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::num::{NonZeroU64, NonZeroUsize};
use std::ops::Range;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use clap::{ValueEnum, value_parser};
use serde::{Serialize, Serializer};
use synod::scenario::{Problems, Scenario, limits, link};
use synod::sweep::{Faults, Outcome, PROGRESS_US, Plan};

use crate::end::{Clean, End, Trouble};
use crate::progress;

/// The most failures the report for people shows; `--json` has all that are kept.
const SHOWN: usize = 10;
/// The most violations, and the most stalls, that are kept: those of the lowest seeds. Whoever breaks
/// a rule and sweeps ten million seeds wants no ten million links.
const KEPT: usize = 10_000;
/// Outcomes that may wait to be counted, so that nothing piles up however fast the runs are.
const WAITING: usize = 1_024;
/// More threads than any machine has processors.
const JOBS_MAX: i64 = 1_024;

#[derive(clap::Args)]
#[command(after_help = "\
From each seed come the cluster's size, parameters, network, clients and faults. A run has a safety
phase, in which every invariant is judged at every event; then everything is healed and restarted,
and a client's next request must be answered within 30 virtual seconds, or the run is a stall.
Every invariant that falls, what the clients were answered among them, is reported with a link to
the run up to its fall; the safety phase goes on, so that one fall hides no other.

Examples:
  synod sweep --protocol raft --seeds 0..20000 --faults heavy
  synod sweep --protocol paxos --seeds 0..2000 --break PersistVote --json
  synod sweep --protocol raft --seeds 0..1000000 --shard 3/16    the third of sixteen jobs")]
pub(crate) struct Args {
    /// The protocol
    #[arg(long, value_name = "P")]
    protocol: String,
    /// The seeds, the last one excluded
    #[arg(long, value_name = "A..B", allow_hyphen_values = true)]
    seeds: Seeds,
    /// How many nodes; drawn from each seed when nothing is said
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    nodes: Option<u8>,
    /// How much goes wrong
    #[arg(long, value_enum, default_value = "light")]
    faults: Level,
    /// Breaks a rule (see `synod rules`)
    #[arg(long = "break", value_name = "RULE")]
    broken: Vec<String>,
    /// How many threads; as many as there are processors when nothing is said
    #[arg(long, value_name = "N", allow_negative_numbers = true,
        value_parser = value_parser!(u16).range(1..=JOBS_MAX))]
    jobs: Option<u16>,
    /// Runs only the I-th of N equal parts of the seeds, counted from 1
    #[arg(long, value_name = "I/N", allow_hyphen_values = true)]
    shard: Option<Shard>,
    /// Prints the report as one JSON object
    #[arg(long)]
    json: bool,
}

/// [`Faults`], as the argument parser knows them.
#[derive(Clone, Copy, ValueEnum)]
enum Level {
    /// Nothing but slow networks
    None,
    /// Up to four faults that last for moments
    Light,
    /// Up to twenty faults that overlap, and much loss
    Heavy,
}

impl From<Level> for Faults {
    fn from(level: Level) -> Faults {
        match level {
            Level::None => Faults::None,
            Level::Light => Faults::Light,
            Level::Heavy => Faults::Heavy,
        }
    }
}

/// `A..B`, without B.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seeds(Range<u64>);

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Seeds, String> {
        let says = || format!("write A..B with A < B <= {}, as in 0..1000", limits::SEED_MAX);
        let (from, to) = text.split_once("..").ok_or_else(says)?;
        let (from, to) = (from.parse().map_err(|_| says())?, to.parse().map_err(|_| says())?);
        if from < to && to <= limits::SEED_MAX { Ok(Seeds(from..to)) } else { Err(says()) }
    }
}

/// `I/N`, I counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shard {
    nth: NonZeroU64,
    of: NonZeroU64,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let says = || "write I/N with 1 <= I <= N, as in 3/16".to_owned();
        let (nth, of) = text.split_once('/').ok_or_else(says)?;
        let (nth, of) = (nth.parse().map_err(|_| says())?, of.parse().map_err(|_| says())?);
        if nth <= of { Ok(Shard { nth, of }) } else { Err(says()) }
    }
}

impl Shard {
    /// This part of the seeds; the parts differ by one seed at most and leave none out.
    fn part(self, seeds: &Range<u64>) -> Range<u64> {
        let len = u128::from(seeds.end - seeds.start);
        let border = |nth: u64| {
            let before = len * u128::from(nth) / u128::from(self.of.get());
            seeds.start + before as u64
        };
        border(self.nth.get() - 1)..border(self.nth.get())
    }
}

/// What `--json` prints. Its size depends on the failures kept, not on the seeds.
#[derive(Default, Serialize)]
struct Report {
    runs: u64,
    events: u64,
    deliveries: u64,
    decided: u64,
    violations: Failures,
    stalls: Failures,
    /// Violations that are counted but not listed, where there are more than are kept; stalls likewise.
    #[serde(skip_serializing_if = "is_zero")]
    violations_left_out: u64,
    #[serde(skip_serializing_if = "is_zero")]
    stalls_left_out: u64,
    seconds: f64,
    deliveries_per_second: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[derive(Serialize)]
struct Failure {
    seed: u64,
    invariant: &'static str,
    link: String,
}

/// How many there were, and the first of them by seed.
#[derive(Default)]
struct Failures {
    count: u64,
    /// By seed and position among the seed's own, so that the order of the threads does not show.
    first: BTreeMap<(u64, usize), Failure>,
}

impl Failures {
    fn add(&mut self, seed: u64, nth: usize, invariant: &'static str, scenario: &Scenario) {
        self.count += 1;
        if self.first.len() == KEPT {
            if self.first.last_key_value().is_some_and(|(last, _)| *last < (seed, nth)) {
                return;
            }
            self.first.pop_last();
        }
        let failure = Failure { seed, invariant, link: link::encode(scenario) };
        self.first.insert((seed, nth), failure);
    }

    fn left_out(&self) -> u64 {
        self.count - self.first.len() as u64
    }
}

impl Serialize for Failures {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.first.values())
    }
}

/// Sweeps and reports.
pub(crate) fn run(args: &Args) -> End {
    let plan = Plan {
        protocol: args.protocol.clone(),
        nodes: args.nodes,
        faults: args.faults.into(),
        broken: args.broken.clone(),
    };
    let seeds = match args.shard {
        Some(shard) => shard.part(&args.seeds.0),
        None => args.seeds.0.clone(),
    };
    // What is wrong with the plan is wrong with every seed.
    plan.scenario(args.seeds.0.start).map_err(in_options)?;
    let start = Instant::now();
    let report = sweep(&plan, seeds, jobs(args.jobs))?.after(start);
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &report).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        report.write(&plan, &mut out)?;
    }
    Ok(Clean(report.violations.count == 0 && report.stalls.count == 0))
}

/// Names the option instead of the scenario's field.
fn in_options(Problems(mut problems): Problems) -> Trouble {
    for problem in &mut problems {
        let field = problem.path.split('[').next().unwrap_or_default();
        let option = match field {
            "break" => "--break",
            "cluster" => "--nodes",
            "protocol" => "--protocol",
            _ => continue,
        };
        option.clone_into(&mut problem.path);
    }
    Trouble::Scenario(Problems(problems))
}

fn jobs(asked: Option<u16>) -> usize {
    let there_are = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    asked.map_or_else(there_are, usize::from)
}

/// Runs every seed and counts what comes of each, in no particular order.
fn sweep(plan: &Plan, seeds: Range<u64>, jobs: usize) -> Result<Report, Trouble> {
    let bar = progress::bar(seeds.end - seeds.start, "seeds");
    let next = AtomicU64::new(seeds.start);
    let stop = AtomicBool::new(false);
    let (to, from) = mpsc::sync_channel(WAITING);
    thread::scope(|scope| {
        for _ in 0..jobs {
            let (to, next, stop, end) = (to.clone(), &next, &stop, seeds.end);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end || to.send(plan.run(seed)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(to);
        let mut report = Report::default();
        let mut failures = 0;
        for outcome in from {
            let outcome = outcome.inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
            if !outcome.is_clean() {
                failures += 1;
                bar.set_message(format!("({failures} failed)"));
            }
            report.add(&outcome);
            progress::show(&bar, report.runs);
        }
        bar.finish_and_clear();
        Ok(report)
    })
}

impl Report {
    fn add(&mut self, outcome: &Outcome) {
        self.runs += 1;
        self.events += outcome.events;
        self.deliveries += outcome.deliveries;
        self.decided += outcome.decided;
        for (nth, fall) in outcome.violations.iter().enumerate() {
            self.violations.add(outcome.seed, nth, fall.invariant, &fall.scenario);
        }
        if let Some(stall) = &outcome.stall {
            self.stalls.add(outcome.seed, 0, "Termination", stall);
        }
    }

    /// The finished report of a sweep that began at this instant.
    #[allow(clippy::float_arithmetic, reason = "a measurement for people and scripts")]
    #[allow(clippy::cast_precision_loss, reason = "deliveries are far below 2^53")]
    #[allow(clippy::cast_sign_loss, reason = "a rate is not negative")]
    fn after(self, start: Instant) -> Report {
        let seconds = start.elapsed().as_secs_f64();
        Report {
            violations_left_out: self.violations.left_out(),
            stalls_left_out: self.stalls.left_out(),
            seconds: (seconds * 1_000.0).round() / 1_000.0,
            deliveries_per_second: (self.deliveries as f64 / seconds.max(1e-9)) as u64,
            ..self
        }
    }

    /// The report for people.
    fn write(&self, plan: &Plan, out: &mut impl Write) -> io::Result<()> {
        let Plan { protocol, faults, .. } = plan;
        writeln!(out, "{protocol}, faults {faults}: {} runs in {} s", self.runs, self.seconds)?;
        writeln!(
            out,
            "  {} events, {} deliveries ({} a second), {} decisions",
            self.events, self.deliveries, self.deliveries_per_second, self.decided
        )?;
        let bound = PROGRESS_US / 1_000_000;
        let told = format!("violations: {}", self.violations.count);
        list(out, &told, &self.violations)?;
        let told = format!("stalls (no answer within {bound} virtual s): {}", self.stalls.count);
        list(out, &told, &self.stalls)
    }
}

fn list(out: &mut impl Write, told: &str, failures: &Failures) -> io::Result<()> {
    writeln!(out, "  {told}")?;
    for Failure { seed, invariant, link } in failures.first.values().take(SHOWN) {
        writeln!(out, "    seed {seed}: {invariant}\n      {link}")?;
    }
    match failures.count.saturating_sub(SHOWN as u64) {
        0 => Ok(()),
        more => writeln!(out, "    and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use synod::sweep::Failure;

    #[test]
    fn shards_leave_no_seed_out_and_run_none_twice() {
        for of in 1..=7 {
            let parts = (1..=of).map(|nth| format!("{nth}/{of}").parse::<Shard>());
            let parts = parts.map(|shard| shard.expect("it is a shard").part(&(10..15)));
            let seeds: Vec<u64> = parts.flatten().collect();
            assert_eq!(seeds, [10, 11, 12, 13, 14]);
        }
        for bad in ["0/4", "5/4", "1/0", "1", "a/b", "-1/2"] {
            assert!(bad.parse::<Shard>().is_err(), "{bad}");
        }
    }

    /// Ten million runs are counted in the room of a few, and threads may bring them in any order.
    #[test]
    fn a_report_keeps_the_failures_of_the_lowest_seeds_and_counts_the_others() {
        let scenario = Scenario::new("raft", 1);
        let runs = 2 * KEPT as u64 + 7;
        let mut report = Report::default();
        for run in 0..runs {
            // The factor shares no divisor with the number of runs: each seed comes once.
            let seed = run * 7_919 % runs;
            let fall = |invariant| Failure { invariant, scenario: Box::new(scenario.clone()) };
            report.add(&Outcome {
                seed,
                events: 3,
                deliveries: 2,
                decided: 1,
                violations: vec![fall("One"), fall("Two")],
                stall: (seed < 2).then(|| Box::new(scenario.clone())),
            });
        }
        let report = report.after(Instant::now());
        assert_eq!((report.runs, report.events), (runs, 3 * runs));
        assert_eq!(report.violations.count, 2 * runs);
        assert_eq!(report.violations_left_out, 2 * runs - KEPT as u64);
        let kept = report.violations.first.values().map(|kept| (kept.seed, kept.invariant));
        let lowest = (0..KEPT as u64 / 2).flat_map(|seed| [(seed, "One"), (seed, "Two")]);
        assert!(kept.eq(lowest));
        assert_eq!((report.stalls.count, report.stalls.first.len()), (2, 2));
        assert_eq!(report.stalls_left_out, 0);
    }

    #[test]
    fn seeds_are_a_range() {
        assert_eq!("3..5".parse(), Ok(Seeds(3..5)));
        for bad in ["5", "5..5", "5..3", "..", "a..b", "0..9007199254740993"] {
            assert!(bad.parse::<Seeds>().is_err(), "{bad}");
        }
    }
}

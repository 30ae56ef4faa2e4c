//! `synod sweep`: many seeds, each with faults of its own.

#![allow(clippy::disallowed_types, reason = "the command line measures how long its runs take")]

use std::io::{self, Write};
use std::num::{NonZeroU64, NonZeroUsize};
use std::ops::Range;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use clap::{ValueEnum, value_parser};
use serde::Serialize;
use synod::scenario::{Problems, limits, link};
use synod::sweep::{Faults, Outcome, PROGRESS_US, Plan};

use crate::end::{Clean, End, Trouble};
use crate::progress;

/// The most failures the report for people shows; `--json` has all of them.
const SHOWN: usize = 10;
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

/// What `--json` prints.
#[derive(Default, Serialize)]
struct Report {
    runs: u64,
    events: u64,
    deliveries: u64,
    decided: u64,
    violations: Vec<Failure>,
    stalls: Vec<Failure>,
    seconds: f64,
    deliveries_per_second: u64,
}

#[derive(Serialize)]
struct Failure {
    seed: u64,
    invariant: &'static str,
    link: String,
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
    let outcomes = sweep(&plan, seeds, jobs(args.jobs))?;
    let report = Report::of(outcomes, start);
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &report).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        report.write(&plan, &mut out)?;
    }
    Ok(Clean(report.violations.is_empty() && report.stalls.is_empty()))
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

/// Runs every seed; what comes back is in no particular order.
fn sweep(plan: &Plan, seeds: Range<u64>, jobs: usize) -> Result<Vec<Outcome>, Trouble> {
    let bar = progress::bar(seeds.end - seeds.start, "seeds");
    let next = AtomicU64::new(seeds.start);
    let stop = AtomicBool::new(false);
    let (to, from) = mpsc::channel();
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
        let mut outcomes = Vec::new();
        let mut failures = 0;
        for outcome in from {
            let outcome = outcome.inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
            if !outcome.is_clean() {
                failures += 1;
                bar.set_message(format!("({failures} failed)"));
            }
            outcomes.push(outcome);
            progress::show(&bar, outcomes.len() as u64);
        }
        bar.finish_and_clear();
        Ok(outcomes)
    })
}

impl Report {
    #[allow(clippy::float_arithmetic, reason = "a measurement for people and scripts")]
    #[allow(clippy::cast_precision_loss, reason = "deliveries are far below 2^53")]
    #[allow(clippy::cast_sign_loss, reason = "a rate is not negative")]
    fn of(mut outcomes: Vec<Outcome>, start: Instant) -> Report {
        let seconds = start.elapsed().as_secs_f64();
        outcomes.sort_by_key(|outcome| outcome.seed);
        let mut report = Report { runs: outcomes.len() as u64, ..Report::default() };
        for outcome in outcomes {
            report.events += outcome.events;
            report.deliveries += outcome.deliveries;
            report.decided += outcome.decided;
            let seed = outcome.seed;
            let failure =
                |invariant, scenario| Failure { seed, invariant, link: link::encode(scenario) };
            let falls = outcome.violations.iter();
            report.violations.extend(falls.map(|fall| failure(fall.invariant, &fall.scenario)));
            let stall = outcome.stall.iter();
            report.stalls.extend(stall.map(|stall| failure("Termination", stall)));
        }
        report.seconds = (seconds * 1_000.0).round() / 1_000.0;
        report.deliveries_per_second = (report.deliveries as f64 / seconds.max(1e-9)) as u64;
        report
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
        let told = format!("violations: {}", self.violations.len());
        list(out, &told, &self.violations)?;
        let told = format!("stalls (no answer within {bound} virtual s): {}", self.stalls.len());
        list(out, &told, &self.stalls)
    }
}

fn list(out: &mut impl Write, told: &str, failures: &[Failure]) -> io::Result<()> {
    writeln!(out, "  {told}")?;
    for Failure { seed, invariant, link } in failures.iter().take(SHOWN) {
        writeln!(out, "    seed {seed}: {invariant}\n      {link}")?;
    }
    match failures.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(out, "    and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn seeds_are_a_range() {
        assert_eq!("3..5".parse(), Ok(Seeds(3..5)));
        for bad in ["5", "5..5", "5..3", "..", "a..b", "0..9007199254740993"] {
            assert!(bad.parse::<Seeds>().is_err(), "{bad}");
        }
    }
}

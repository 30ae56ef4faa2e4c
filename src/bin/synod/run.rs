//! `synod run`: from WHAT to a report.

use std::collections::BTreeMap;
use std::io::{self, Write};

use clap::ValueEnum;
use serde::{Serialize, Serializer};
use synod::diagram::event_text;
use synod::scenario::{Span, link};
use synod::session::{Latency, Progress, Session, Summary, Verdict};
use synod::trace::{EventId, EventKind, Halt, Place, Time, write_ndjson};

use crate::end::{Clean, End, Trouble};
use crate::progress;
use crate::what::What;

/// The most decided values that the report for people names.
const SHOWN: usize = 12;
/// Steps between two looks at the clock.
const CHUNK: u32 = 50_000;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    what: What,
    /// Prints every event, before the report; with `ndjson` the report for people goes to standard error
    #[arg(long, value_enum, value_name = "FORMAT")]
    events: Option<Events>,
    /// Prints the report as one JSON object
    #[arg(long)]
    json: bool,
    /// Says how the cluster did: elections, latency, lag, messages, quorums
    #[arg(long)]
    health: bool,
    /// Fails unless every goal is reached and the expected invariants fall: none where none is expected
    #[arg(long)]
    require_goals: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Events {
    /// One readable line each
    Text,
    /// One JSON object each, behind a header line (docs/schema/events.json)
    Ndjson,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    protocol: String,
    seed: u64,
    nodes: usize,
    events: usize,
    deliveries: u64,
    virtual_ms: Ms,
    digest: String,
    goals: BTreeMap<String, bool>,
    violations: Vec<Fallen>,
    decided: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    health: Option<Summary>,
    link: String,
}

#[derive(Serialize)]
struct Fallen {
    invariant: &'static str,
    event: u32,
    at_ms: Ms,
    detail: String,
}

/// Microseconds, written in milliseconds: a whole number where it is one.
struct Ms(Time);

impl Serialize for Ms {
    #[allow(
        clippy::float_arithmetic,
        reason = "shown to people and read by scripts, never decides"
    )]
    #[allow(clippy::cast_precision_loss, reason = "a day in microseconds is far below 2^53")]
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Time(us) = self.0;
        if us.is_multiple_of(1_000) {
            to.serialize_u64(us / 1_000)
        } else {
            to.serialize_f64(us as f64 / 1_000.0)
        }
    }
}

/// Runs WHAT to its end and reports.
pub(crate) fn run(args: &Args) -> End {
    let mut session = args.what.open()?;
    to_end(&mut session)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.events {
        Some(Events::Text) => write_events(&session, &mut out)?,
        Some(Events::Ndjson) => {
            let (source, mut lines) = (session.source(), String::new());
            write_ndjson(source, 0..source.reached(), &mut lines).map_err(io::Error::other)?;
            out.write_all(lines.as_bytes())?;
        }
        None => {}
    }
    let health = args.health.then(|| session.health());
    let report = Report { health, ..Report::of(&session) };
    if args.json {
        serde_json::to_writer(&mut out, &report).map_err(io::Error::from)?;
        writeln!(out)?;
    } else if let Some(Events::Ndjson) = args.events {
        // Whoever reads the events reads nothing else.
        report.write(&session, &mut io::stderr().lock())?;
    } else {
        report.write(&session, &mut out)?;
    }
    out.flush()?;
    match session.verdict() {
        Verdict::Differs { expected, found } => eprintln!(
            "warning: this is not the run that was shared: its digest is {found}, the link says \
             {expected}; it was made with another version of Synod"
        ),
        // Who asks for a shorter run knows that it is one.
        Verdict::Pending if args.what.until.is_none() => eprintln!(
            "warning: the digest was not compared: the run ends after {} steps, before the instant \
             it was taken at",
            session.steps().0
        ),
        Verdict::Pending | Verdict::Unsealed | Verdict::Same => {}
    }
    Ok(Clean(if args.require_goals {
        report.goals.values().all(|reached| *reached) && shows_what_it_expects(&session)
    } else {
        report.violations.is_empty()
    }))
}

/// Runs a session to its scenario's end, through any violation.
pub(crate) fn to_end(session: &mut Session) -> Result<(), Trouble> {
    let end = Time(session.scenario().until_us);
    let bar = progress::bar(end.0 / 1_000, "virtual ms");
    loop {
        // The digest is compared at the very step it was taken at.
        let seal = session.scenario().digest.as_ref().map_or(0, |seal| seal.steps);
        let ahead = seal.saturating_sub(session.steps().0);
        let budget = if ahead == 0 { CHUNK } else { ahead.min(CHUNK) };
        match session.advance(end, budget) {
            Progress::Violated | Progress::Busy => progress::show(&bar, session.now().0 / 1_000),
            Progress::Arrived | Progress::Quiet => break,
            Progress::Halted => {
                eprintln!("warning: the run stopped at {}: {}", session.now(), bound(session));
                break;
            }
        }
    }
    bar.finish_and_clear();
    if !session.judge() {
        eprintln!("warning: too much happened at once to say whether the answers are linearizable");
    }
    match session.diverged() {
        Some(event) => Err(Trouble::Input(format!(
            "the engine is not deterministic: a replay differed at event {}",
            event.0
        ))),
        None => Ok(()),
    }
}

/// Which bound a run has reached.
fn bound(session: &Session) -> String {
    let events = session.source().events();
    match events.last().map(|event| event.kind) {
        Some(EventKind::Halted { why: Halt::Flights }) => {
            "more messages are in flight than a run can have".to_owned()
        }
        _ => format!("{} events are recorded, no run has more", events.len()),
    }
}

/// Whether the expected invariants fell. One broken rule can bring down several, so others may fall
/// where some are expected, and none where none is.
fn shows_what_it_expects(session: &Session) -> bool {
    let invariants = session.invariants();
    let name_of = |code: u8| invariants[usize::from(code)].name;
    let fell =
        |name: &str| session.violations().iter().any(|fallen| name_of(fallen.invariant) == name);
    let expect = &session.scenario().expect;
    expect.iter().all(|name| fell(name)) && expect.is_empty() == session.violations().is_empty()
}

fn write_events(session: &Session, out: &mut impl Write) -> io::Result<()> {
    let source = session.source();
    for (i, event) in (0..).zip(source.events()) {
        let Time(us) = event.at;
        let (ms, rest) = (us / 1_000, us % 1_000);
        let lane = source.cast().name(event.place);
        writeln!(out, "{ms:>7}.{rest:03} ms  {lane:<5}  {}", event_text(source, EventId(i)))?;
    }
    Ok(())
}

impl Report {
    fn of(session: &Session) -> Report {
        let source = session.source();
        let fallen = session.violations().iter().map(|violation| Fallen {
            invariant: session.invariants()[usize::from(violation.invariant)].name,
            event: violation.event.0,
            at_ms: Ms(source.events()[violation.event.index()].at),
            detail: violation.broken.detail.clone(),
        });
        let goals = session.goals();
        let goals = goals.iter().map(|goal| (goal.name.to_owned(), goal.reached.is_some()));
        Report {
            protocol: session.info().id.to_owned(),
            seed: session.scenario().seed,
            nodes: session.cast().nodes.len(),
            events: source.reached(),
            deliveries: session.deliveries(),
            virtual_ms: Ms(session.now()),
            digest: session.digest().to_string(),
            goals: goals.collect(),
            violations: fallen.collect(),
            decided: session.decided().iter().map(|(_, value)| source.value(*value)).collect(),
            health: None,
            link: link::encode(&session.share()),
        }
    }

    /// The report for people.
    fn write(&self, session: &Session, out: &mut impl Write) -> io::Result<()> {
        let Ms(now) = self.virtual_ms;
        let title = &session.scenario().title;
        let title = if title.is_empty() { session.info().name } else { title };
        writeln!(
            out,
            "{title}\n  {}, seed {}: {} events, {} deliveries in {} of virtual time",
            counted(self.nodes, "node"),
            self.seed,
            self.events,
            self.deliveries,
            Span(now.0),
        )?;
        writeln!(out, "  digest   {}", self.digest)?;
        let shown = self.decided.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>();
        let more = match self.decided.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let shown = if shown.is_empty() { "nothing".to_owned() } else { shown.join(", ") };
        writeln!(out, "  decided  {shown}{more}")?;
        for (name, reached) in &self.goals {
            writeln!(
                out,
                "  goal     {name}: {}",
                if *reached { "reached" } else { "NOT reached" }
            )?;
        }
        let expect = &session.scenario().expect;
        for Fallen { invariant, event, at_ms: Ms(at), detail } in &self.violations {
            let expected = expect.iter().any(|name| name == invariant);
            let note = if expected { " (expected)" } else { "" };
            writeln!(out, "  FALLEN   {invariant}{note} at {at}, event {event}: {detail}")?;
        }
        for name in expect
            .iter()
            .filter(|name| !self.violations.iter().any(|fallen| fallen.invariant == name.as_str()))
        {
            writeln!(out, "  expected to fall, but did not: {name}")?;
        }
        if let Some(health) = &self.health {
            write_health(health, session, out)?;
        }
        writeln!(out, "  link     {}", self.link)
    }
}

/// `1 node`, `5 nodes`.
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn write_health(health: &Summary, session: &Session, out: &mut impl Write) -> io::Result<()> {
    let Summary { elections, leadership, traffic, .. } = health;
    let permille = leadership.led_permille;
    let leader =
        leadership.leader.map_or("nobody leads", |node| session.cast().name(Place::Node(node)));
    let leads = leadership.since.map_or(String::new(), |since| format!(" leads since {since}"));
    writeln!(
        out,
        "  leaders  {leader}{leads}; {} of {} elections won; led {}.{} % of the time, longest gap {}",
        elections.won,
        elections.begun,
        permille / 10,
        permille % 10,
        Time(leadership.longest_gap_us),
    )?;
    let told = |latency: &Latency| {
        let Latency { count, p50_us, p90_us, p99_us, .. } = *latency;
        format!("{count}; p50 {}, p90 {}, p99 {}", Time(p50_us), Time(p90_us), Time(p99_us))
    };
    writeln!(out, "  commits  {}", told(&health.commits))?;
    writeln!(out, "  answers  {}", told(&health.answers))?;
    let each = traffic.per_decision_hundredths.map_or(String::new(), |hundredths| {
        format!(", {}.{:02} a decision", hundredths / 100, hundredths % 100)
    });
    writeln!(out, "  messages {}{each}; {} lost", traffic.messages, traffic.lost)?;
    let each =
        traffic.bytes_per_decision.map_or(String::new(), |bytes| format!(", {bytes} a decision"));
    writeln!(out, "  bytes    {}{each}", traffic.bytes)?;
    if let Some(quorum) = health.quorum {
        let (size, available, margin) = (quorum.size, quorum.available, quorum.margin());
        let kind = quorum.kind.map_or(String::new(), |kind| format!(" ({kind})"));
        writeln!(out, "  quorum   {size}{kind}; {available} reach each other: margin {margin}")?;
    }
    let known = health.lag.iter().map(|lag| lag.map_or(0, |lag| lag.known));
    let behind = session.cast().nodes.iter().zip(known).filter(|(_, known)| *known > 0);
    let behind: Vec<String> =
        behind.map(|(lane, known)| format!("{} by {known}", lane.name)).collect();
    if behind.is_empty() {
        return Ok(());
    }
    writeln!(out, "  behind   {}", behind.join(", "))
}

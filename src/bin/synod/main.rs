//! The command line: run, draw, share and sweep consensus protocols.
//!
//! One file a command. Everything goes through [`synod::session::Session`]; what
//! is decided here is only how input is read and output written.

mod end;
mod link;
mod lists;
mod png;
mod progress;
mod render;
mod run;
mod sweep;
mod what;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use end::Clean;

const EXAMPLES: &str = "\
Examples:
  synod protocols                                 what there is
  synod run raft --nodes 5 --seed 42 --until 2s   five Raft servers for two virtual seconds
  synod run raft --events text | less             the same, event by event
  synod run raft-figure-8 --require-goals         a situation of the gallery, as a test
  synod render paxos --format svg -o paxos.svg    the sequence diagram
  synod sweep --protocol raft --seeds 0..20000 --faults heavy
  synod link decode 'https://.../#v1:...'         what a shared link holds

WHAT is the id of a situation (`synod scenarios`), the id of a protocol (`synod protocols`),
a file with a scenario, `-` for one on standard input, or a link.

Exit status: 0 clean; 1 a violation or a stall, or with --require-goals an unmet goal or another
violation than the situation expects; 2 bad input.";

/// Real consensus engines on a deterministic simulated network.
#[derive(Parser)]
#[command(name = "synod", version, about, after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists the protocols
    Protocols(lists::Protocols),
    /// Lists the situations of the gallery
    Scenarios(lists::Scenarios),
    /// Lists the rules that can be broken, and what falls then
    ///
    /// ROW is the number by which the comments in the sources cite a rule; SHORTEST RUN is how many steps the shortest
    /// known run takes in which the invariant falls.
    Rules(lists::Rules),
    /// Runs something and reports what happened
    Run(run::Args),
    /// Draws a run as a sequence diagram
    Render(render::Args),
    /// Runs many seeds, each with faults of its own, and demands safety and progress
    Sweep(sweep::Args),
    /// Makes links and reads them
    #[command(subcommand)]
    Link(link::Command),
}

fn main() -> ExitCode {
    let end = match Cli::parse().command {
        Command::Protocols(args) => lists::protocols(&args),
        Command::Scenarios(args) => lists::scenarios(&args),
        Command::Rules(args) => lists::rules(&args),
        Command::Run(args) => run::run(&args),
        Command::Render(args) => render::run(&args),
        Command::Sweep(args) => sweep::run(&args),
        Command::Link(command) => link::run(&command),
    };
    match end {
        Ok(Clean(true)) => ExitCode::SUCCESS,
        Ok(Clean(false)) => ExitCode::from(1),
        // Whoever reads has seen enough: `synod run ... | head`.
        Err(trouble) if trouble.is_closed_pipe() => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::from(2)
        }
    }
}

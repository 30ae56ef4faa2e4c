//! Builds, serves and tests Synod on a fresh machine: `cargo xtask --help`.
//!
//! What a command needs and does not find (trunk, the wasm-bindgen tools, wasm-opt, esbuild) it installs into a
//! cache folder of the user's, so that a second clone finds it at once; see [`tools`].

mod browser;
mod ci;
mod docs_sites;
mod licences;
mod names;
mod npm;
mod optimise;
mod order;
mod reach;
mod shell;
mod shots;
mod shrink;
mod site;
mod size;
mod split;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Build, serve and test Synod.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the page and serve it at a local address, rebuilding when a source changes
    Serve(site::ServeOptions),
    /// Build the static site into dist/, ready for any path of any static host
    Build,
    /// Run every test: native, in headless Chromium, end to end against the built site, and the npm package
    Test(test::Options),
    /// Say what the page downloads and what each part costs; fails above the budget
    Size,
    /// Check every dependency's licence against the list of accepted ones
    Licences,
    /// Run what CI checks beyond the tests: format, lints, docs, licences, size
    Ci,
    /// Build the site and take the pictures of it in docs/
    Shots,
    /// Build the site and take the pictures anew that the end-to-end tests compare with
    Pictures,
    /// Build the site and measure it in Chromium: opening, scrolling, memory, a first visit, the engines
    Figures,
    /// Make the npm package of the JavaScript API in target/npm/, ready for `npm pack`
    Npm,
    /// Try the custom element in pages that documentation tools make (needs the network once)
    DocsSites(docs_sites::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Serve(options) => site::serve(&options),
        Task::Build => site::build().map(|dist| println!("The site is in {}", dist.display())),
        Task::Test(options) => test::run(&options),
        Task::Size => size::run(),
        Task::Licences => licences::run(),
        Task::Ci => ci::run(),
        Task::Shots => shots::run(),
        Task::Pictures => shots::keep_pictures(),
        Task::Figures => shots::figures(),
        Task::Npm => npm::build().map(|folder| println!("The package is in {}", folder.display())),
        Task::DocsSites(options) => docs_sites::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

//! Which module may use which, and what the engines and the page may not name.

use crate::Breach;
use crate::source::Source;

/// What each top-level module of the core may use besides itself. A module that is not here may not
/// exist: whoever adds one says here what it stands on, and ARCHITECTURE.md says why.
const LAYERS: [(&str, May); 14] = [
    ("list", May::Use(&[])),
    ("trace", May::Use(&["list"])),
    ("machine", May::Use(&["list", "trace"])),
    // A node cannot know that it is simulated.
    ("node", May::Use(&["list", "machine", "trace"])),
    // Links outlive code: a scenario names plain data, what a client may ask for among it.
    ("scenario", May::Use(&["list", "machine", "trace"])),
    // A checker shares no code with what it checks.
    ("check", May::Use(&["list", "trace"])),
    // A saved trace can be drawn without a simulator.
    ("diagram", May::Use(&["list", "trace"])),
    // Other tools' files; a recording is a scenario and a listing.
    ("export", May::Use(&["diagram", "list", "scenario", "trace"])),
    // One network for all.
    ("sim", May::Use(&["check", "list", "machine", "node", "scenario", "trace"])),
    // The registry is the only list of protocols; the folders below it have rules of their own.
    ("protocols", May::UseAnything),
    ("session", May::UseAnything),
    // From a seed to a run and its verdict: generated scenarios, run through the door.
    ("sweep", May::Use(&["protocols", "scenario", "session", "trace"])),
    ("bin", May::UseAnything),
    // The crate's root, src/lib.rs.
    ("", May::UseAnything),
];

/// One paper, one folder: what a protocol may use besides its own folder (of `trace`, the words in
/// which it shows itself),
const PROTOCOL_MAY_USE: [&str; 4] = ["list", "machine", "node", "trace"];
/// and what some of its files, or folders of that name, may use in addition.
const PROTOCOL_FILES_MAY_USE: [(&str, &str); 2] =
    [("invariants", "check"), ("situations", "scenario")];

/// Modules of the core that are no part of the page.
const ELSEWHERE: [&str; 2] = ["bin", "sweep"];

/// What the page may use of the core: a view never decides, it sends commands.
const PAGE_MAY_USE: [&str; 5] = ["diagram", "export", "scenario", "session", "trace"];

/// What no module of the core may name: the browser, the clock, threads, unordered collections.
const CORE_NEVER: [&str; 10] = [
    "wasm_bindgen",
    "web_sys",
    "js_sys",
    "gloo",
    "std::time",
    "core::time",
    "std::thread",
    "std::collections::HashMap",
    "std::collections::HashSet",
    "std::collections::hash_map",
];
/// Of which the command line may use these: it measures its runs and spreads them over processors.
const COMMAND_LINE_MAY: [&str; 2] = ["std::time", "std::thread"];

/// Names of protocols, beside those of the folders in src/protocols: for code that must serve a
/// protocol that is yet to come.
const KNOWN_PROTOCOLS: [&str; 10] = [
    "paxos",
    "raft",
    "zab",
    "pbft",
    "epaxos",
    "multipaxos",
    "fastpaxos",
    "cheappaxos",
    "viewstamped",
    "hotstuff",
];

enum May {
    Use(&'static [&'static str]),
    UseAnything,
}

/// The words that name a protocol: those of the folders, and the known ones.
pub(crate) fn protocol_words(folders: &[String]) -> Vec<String> {
    let mut words: Vec<String> = KNOWN_PROTOCOLS.map(str::to_owned).to_vec();
    words.extend(folders.iter().map(|folder| folder.replace('_', "")));
    words.sort();
    words.dedup();
    words
}

/// Every breach in a source of the core or of the page.
pub(crate) fn check(source: &Source, protocols: &[String]) -> Vec<Breach> {
    if source.path.starts_with("web/") {
        let mut breaches = check_page(source);
        breaches.extend(check_formats(source));
        breaches.extend(check_names_no_protocol(source, protocols));
        return breaches;
    }
    let mut breaches = check_layer(source);
    breaches.extend(check_core(source));
    let module = source.module();
    if !module.first().is_some_and(|module| ELSEWHERE.contains(&module.as_str())) {
        breaches.extend(check_formats(source));
    }
    if module.first().is_some_and(|module| module == "sim") {
        breaches.extend(check_names_no_protocol(source, protocols));
    }
    breaches
}

fn check_layer(source: &Source) -> Vec<Breach> {
    let module = source.module();
    let name = module.first().map_or("", String::as_str);
    let Some((_, may)) = LAYERS.iter().find(|(layer, _)| *layer == name) else {
        return vec![Breach::new(1, format!("module `{name}` has no row in tests/tidy/layers.rs"))];
    };
    match (may, name, module.get(1)) {
        (_, "protocols", Some(protocol)) if !is_registry_file(source) => {
            check_protocol(source, protocol)
        }
        (May::UseAnything, ..) => Vec::new(),
        (May::Use(allowed), ..) => breaches_of_paths(source, |path| match core_module(path) {
            Some(used) if used != name && !allowed.contains(&used) => {
                Some(format!("`{name}` may not use `{path}`"))
            }
            _ => None,
        }),
    }
}

/// Files that stand in src/protocols itself belong to the registry.
fn is_registry_file(source: &Source) -> bool {
    source.path.matches('/').count() == 2
}

fn check_protocol(source: &Source, protocol: &str) -> Vec<Breach> {
    let module = source.module();
    let part = module.get(2).map_or("", String::as_str);
    let extra =
        PROTOCOL_FILES_MAY_USE.iter().find(|(file, _)| *file == part).map(|(_, used)| *used);
    breaches_of_paths(source, |path| {
        let used = core_module(path)?;
        if used == "protocols" {
            let other = path.split("::").nth(2).unwrap_or("the registry");
            return (other != protocol)
                .then(|| format!("protocol `{protocol}` may not use `{other}` (`{path}`)"));
        }
        let is_allowed = PROTOCOL_MAY_USE.contains(&used) || extra == Some(used);
        (!is_allowed).then(|| format!("protocol `{protocol}` may not use `{path}`"))
    })
}

fn check_core(source: &Source) -> Vec<Breach> {
    let is_command_line = source.path.starts_with("src/bin/");
    let mut breaches = breaches_of_paths(source, |path| {
        let banned = CORE_NEVER.iter().find(|banned| is_under(path, banned))?;
        let is_excused = is_command_line && COMMAND_LINE_MAY.contains(banned);
        (!is_excused).then(|| format!("the core may not use `{path}`"))
    });
    for at in source.macros.iter().filter(|at| at.text == "thread_local") {
        breaches.push(Breach::new(at.line, "the core has no globals (`thread_local!`)"));
    }
    for pair in source.identifiers.windows(2) {
        if pair[0].text == "static" && pair[1].text == "mut" {
            breaches.push(Breach::new(pair[0].line, "the core has no globals (`static mut`)"));
        }
    }
    breaches
}

fn check_page(source: &Source) -> Vec<Breach> {
    breaches_of_paths(source, |path| {
        let used = path.strip_prefix("synod::")?.split("::").next()?;
        (!PAGE_MAY_USE.contains(&used)).then(|| format!("the page may not use `{path}`"))
    })
}

/// The page has no way to print a text with `{:?}`: its build takes that out (`xtask/src/optimise.rs`).
fn check_formats(source: &Source) -> Vec<Breach> {
    let strings = source.strings.iter().filter(|string| !string.in_tests);
    let debugs = strings.filter(|string| string.text.contains(":?}"));
    debugs
        .map(|at| Breach::new(at.line, "`{:?}` is not for the page; `scenario::Quoted` is"))
        .collect()
}

fn check_names_no_protocol(source: &Source, protocols: &[String]) -> Vec<Breach> {
    let names = source.identifiers.iter().chain(&source.strings).filter(|name| !name.in_tests);
    names
        .filter_map(|name| {
            let word = words(&name.text).into_iter().find(|word| protocols.contains(word))?;
            Some(Breach::new(name.line, format!("no protocol is named here: `{word}`")))
        })
        .collect()
}

/// The breaches among the paths that are not for tests.
fn breaches_of_paths(source: &Source, rule: impl Fn(&str) -> Option<String>) -> Vec<Breach> {
    let paths = source.paths.iter().filter(|path| !path.in_tests);
    paths.filter_map(|path| Some(Breach::new(path.line, rule(&path.text)?))).collect()
}

/// The top-level module of the core that a path leads to, if it does.
fn core_module(path: &str) -> Option<&str> {
    let mut segments = path.split("::");
    let root = segments.next()?;
    let module = segments.next()?;
    // What is re-exported at the root has a capital or is a macro; modules are what the table lists.
    let is_module = LAYERS.iter().any(|(layer, _)| *layer == module);
    (["crate", "synod"].contains(&root) && is_module).then_some(module)
}

fn is_under(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// A name's words in lower case, and each pair of neighbours as one (`FastPaxos`, `fast-paxos`).
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last: Option<char> = None;
    for letter in name.chars() {
        let starts_word = last.is_none_or(|last| {
            !last.is_alphanumeric() || (last.is_lowercase() && letter.is_uppercase())
        });
        if letter.is_alphanumeric() {
            if starts_word {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(letter.to_lowercase());
            }
        }
        last = Some(letter);
    }
    let pairs: Vec<String> = words.windows(2).map(<[String]>::concat).collect();
    words.extend(pairs);
    words
}

#[cfg(test)]
mod tests {
    use super::{check, protocol_words, words};
    use crate::source::Source;

    /// What is found wrong with a file of this content.
    fn wrong(path: &str, text: &str) -> Vec<String> {
        let source = Source::read(path, text).expect("the test's source can be read");
        let protocols = protocol_words(&["paxos".to_owned(), "log_star".to_owned()]);
        check(&source, &protocols).into_iter().map(|breach| breach.what).collect()
    }

    fn assert_allowed(path: &str, text: &str) {
        assert_eq!(wrong(path, text), [""; 0], "{path}: {text}");
    }

    fn assert_refused(path: &str, text: &str) {
        assert_eq!(wrong(path, text).len(), 1, "{path}: {text}: {:?}", wrong(path, text));
    }

    #[test]
    fn arrows_point_one_way() {
        assert_allowed("src/node/mod.rs", "use crate::trace::NodeId;");
        assert_refused("src/node/mod.rs", "use crate::sim::World;");
        assert_refused("src/node/mod.rs", "use super::sim::World;");
        assert_refused("src/node/quorum.rs", "fn f() { crate::protocols::all(); }");
        assert_allowed("src/sim/world.rs", "use crate::{node::Engine, scenario::Scenario, check};");
        assert_refused("src/sim/world.rs", "use crate::{node::Engine, session::Session};");
        assert_refused("src/check/linear.rs", "use crate::sim::World;");
        assert_refused("src/diagram/layout.rs", "use crate::node::Engine;");
        assert_refused("src/scenario/mod.rs", "use crate::node::Engine;");
        assert_refused("src/trace/event.rs", "use crate::node::Engine;");
        assert_allowed("src/session.rs", "use crate::{sim::World, protocols::all};");
        assert_refused("src/surprise.rs", "");
    }

    #[test]
    fn a_protocol_stands_alone() {
        assert_allowed("src/protocols/mod.rs", "use self::raft::Raft; use crate::sim::World;");
        assert_allowed("src/protocols/raft/log.rs", "use super::Entry; use crate::node::Engine;");
        assert_refused("src/protocols/raft/log.rs", "use super::super::paxos::Ballot;");
        assert_refused("src/protocols/raft/log.rs", "use crate::protocols::{paxos::Ballot};");
        assert_refused("src/protocols/raft/mod.rs", "use super::paxos::Ballot;");
        assert_refused("src/protocols/raft/log.rs", "use crate::sim::World;");
        assert_refused("src/protocols/raft/log.rs", "use crate::check::Monitor;");
        assert_allowed("src/protocols/raft/invariants.rs", "use crate::check::Monitor;");
        assert_refused("src/protocols/raft/invariants.rs", "use crate::scenario::Scenario;");
        assert_allowed("src/protocols/raft/situations.rs", "use crate::scenario::Scenario;");
        assert_allowed(
            "src/protocols/raft/situations/figures.rs",
            "use crate::scenario::Scenario;",
        );
    }

    #[test]
    fn tests_may_use_what_they_test_with() {
        assert_allowed("src/node/tests.rs", "use crate::sim::World;");
        assert_allowed("src/node/mod.rs", "#[cfg(test)] mod tests { use crate::sim::World; }");
        assert_refused("src/node/mod.rs", "#[cfg(test)] mod tests; use crate::sim::World;");
    }

    #[test]
    fn the_core_knows_no_browser_clock_thread_or_global() {
        for text in [
            "use wasm_bindgen::JsValue;",
            "fn f() { web_sys::window(); }",
            "use js_sys::Date;",
            "use std::time::Instant;",
            "use std::{thread::spawn, fmt};",
            "use std::collections::{BTreeMap, HashMap};",
            "static mut COUNT: u32 = 0;",
            "thread_local! { static X: u32 = 0; }",
        ] {
            assert_refused("src/sim/world.rs", text);
        }
        assert_allowed("src/sim/world.rs", "use std::collections::BTreeMap; static X: u32 = 0;");
        assert_allowed("src/bin/synod.rs", "use std::time::Instant; use std::thread;");
        assert_refused("src/bin/synod.rs", "use std::collections::HashMap;");
    }

    #[test]
    fn the_simulator_names_no_protocol() {
        assert_refused("src/sim/world.rs", "fn f() { g(\"raft\") }");
        assert_refused("src/sim/world.rs", "struct PaxosWorld;");
        assert_refused("src/sim/world.rs", "fn log_star() {}");
        assert_allowed("src/sim/world.rs", "/// As in Raft.\nfn drafted() { g(\"a draft\") }");
        assert_allowed("src/sim/tests.rs", "fn f() { g(\"raft\") }");
        assert_allowed("src/protocols/raft/mod.rs", "struct Raft;");
    }

    #[test]
    fn the_page_sends_commands_and_names_no_protocol() {
        assert_allowed("web/src/main.rs", "use synod::session::Session; use synod::trace::Event;");
        assert_refused("web/src/main.rs", "use synod::sim::World;");
        assert_refused("web/src/main.rs", "use synod::{session::Session, node::Engine};");
        assert_refused("web/src/panel/mod.rs", "fn f() { g(\"Multi-Paxos\") }");
        assert_refused("web/src/panel/mod.rs", "fn on_raft_click() {}");
    }

    #[test]
    fn the_page_quotes_without_debug() {
        assert_refused("src/session/goals.rs", "fn f() { format!(\"no {name:?}\") }");
        assert_refused("web/src/app/update.rs", "fn f() { format!(\"{:?}\", value) }");
        assert_allowed("src/session/goals.rs", "#[cfg(test)] mod tests { fn f() { g(\"{:?}\") } }");
        assert_allowed("src/check/script.rs", "fn f() { panic!(\"no {name:?}\") }");
        assert_allowed("src/sweep/report.rs", "fn f() { format!(\"no {name:?}\") }");
        assert_allowed("web/src/app/update.rs", "fn f() { format!(\"{}\", value) }");
    }

    #[test]
    fn names_fall_into_words() {
        assert_eq!(words("FastPaxos"), ["fast", "paxos", "fastpaxos"]);
        assert_eq!(words("log_star"), ["log", "star", "logstar"]);
        assert_eq!(words("draft"), ["draft"]);
        assert_eq!(words("\"PBFT\""), ["pbft"]);
    }
}

//! A run that takes back an acknowledged write, for tests of the core and of the page.

use synod::scenario::{Do, Scenario};
use synod::session::gallery;

/// A leader that commits alone acknowledges x=1; the leader after it has never heard of it, and is
/// asked for x.
pub fn scenario() -> Scenario {
    let situation = gallery().find(|found| found.id == "raft-break-commit-by-majority");
    let mut scenario = situation.expect("the situation is in the gallery").scenario;
    for command in &mut scenario.commands {
        if let Do::Request { op, .. } = &mut command.act
            && op == "x=2"
        {
            "x?".clone_into(op);
        }
    }
    scenario
}

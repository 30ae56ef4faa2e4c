//! The lines of history as a tree: which left which, and when.

use synod::scenario::Command;
use synod::session::Session;
use synod::trace::Time;

use super::span;

/// A line of history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its position among the session's branches; `None` for the run that is shown.
    pub branch: Option<usize>,
    /// When it left the line it hangs on.
    pub forked_at: Time,
    /// How deep it hangs.
    pub depth: usize,
    /// What was done that left it.
    pub text: String,
}

/// The run that is shown and all that were left, each under the one it shares the most with.
pub fn lines(session: &Session) -> Vec<Line> {
    let branches = session.branches();
    let here = session.scenario().commands.iter().collect();
    let count = session.steps().1;
    let mut lines = vec![Line {
        branch: None,
        forked_at: Time::ZERO,
        depth: 0,
        text: format!("to {}, {count} steps", span(session.recorded_until())),
    }];
    let mut placed: Vec<Vec<&Command>> = vec![here];
    for (i, branch) in branches.iter().enumerate() {
        let own: Vec<&Command> = branch.commands().collect();
        let shared =
            |other: &Vec<&Command>| own.iter().zip(other).take_while(|(a, b)| a == b).count();
        let best =
            (0..placed.len()).max_by_key(|at| (shared(&placed[*at]), std::cmp::Reverse(*at)));
        let parent = best.unwrap_or_default();
        let same = shared(&placed[parent]);
        let differing = [own.get(same), placed[parent].get(same)];
        let at = differing.into_iter().flatten().map(|command| command.at_us).min();
        let line = Line {
            branch: Some(i),
            forked_at: at.map_or(branch.left_at, Time),
            depth: lines[parent].depth + 1,
            text: format!("left by: {}", branch.because),
        };
        // Behind its parent and what hangs there already.
        let mut place = parent + 1;
        while place < lines.len() && lines[place].depth > lines[parent].depth {
            place += 1;
        }
        lines.insert(place, line);
        placed.insert(place, own);
    }
    lines
}

//! A cluster of another size.

use crate::scenario::{Do, Members, Problems, Scenario};
use crate::trace::{Cast, Info};

/// Changes how many nodes take part. A request to a node that is no longer there goes to
/// the last one of its class; other commands are left as they are, for validation to judge.
///
/// # Errors
/// When there are nodes of several classes, so that one number does not say who is meant.
pub fn resize(scenario: &mut Scenario, info: &Info, nodes: u8) -> Result<(), Problems> {
    let before = scenario.cast(info);
    match &mut scenario.cluster[..] {
        [members] => members.count = nodes,
        [] => {
            let mut usual = info.classes.iter().filter(|class| class.usual > 0);
            let (Some(class), None) = (usual.next(), usual.next()) else {
                return Err(several(scenario, info));
            };
            scenario.cluster.push(Members { class: class.id.to_owned(), count: nodes });
        }
        _ => return Err(several(scenario, info)),
    }
    scenario.forget_lanes(info);
    let after = scenario.cast(info);
    for command in &mut scenario.commands {
        if let Do::Request { to: Some(to), .. } = &mut command.act {
            readdress(to, &before, &after);
        }
    }
    Ok(())
}

/// Replaces the name of a node that is gone.
fn readdress(name: &mut String, before: &Cast, after: &Cast) {
    let class = before.nodes.iter().find(|lane| lane.name == *name).map(|lane| lane.class);
    let is_there = after.nodes.iter().any(|lane| lane.name == *name);
    let last = after.nodes.iter().rev().find(|lane| Some(lane.class) == class);
    if let (false, Some(last)) = (is_there, last) {
        name.clone_from(&last.name);
    }
}

fn several(scenario: &Scenario, info: &Info) -> Problems {
    let listed: Vec<&str> = if scenario.cluster.is_empty() {
        info.classes.iter().filter(|class| class.usual > 0).map(|class| class.id).collect()
    } else {
        scenario.cluster.iter().map(|members| members.class.as_str()).collect()
    };
    let classes = listed.join(", ");
    let says = format!(
        "this cluster has nodes of several classes ({classes}), so one number of nodes does not \
         say who is meant; give each class its count in the scenario's `cluster`"
    );
    Problems::one("cluster", says)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols;
    use crate::scenario::Opening;
    use crate::session::scenario_of;

    #[test]
    fn one_number_says_how_many_nodes_of_the_only_class() {
        for protocol in protocols::ALL {
            let usual = (protocol.usual)(7);
            let id = protocol.info.id.to_owned();
            let opening = Opening::Protocol { id, nodes: Some(3), seed: Some(7) };
            let scenario = scenario_of(opening, 0).expect("every protocol opens");
            assert_eq!(scenario.check(protocol.info).expect("it is valid").nodes.len(), 3);
            assert_eq!(scenario.seed, 7);
            assert_eq!(scenario.commands.len(), usual.commands.len(), "nothing is left out");
        }
    }

    #[test]
    fn one_number_cannot_size_a_cluster_of_several_classes() {
        for protocol in protocols::ALL {
            let mut scenario = Scenario::new(protocol.info.id, 1).with("a", 1).with("b", 2);
            let problems = resize(&mut scenario, protocol.info, 3).expect_err("who is meant?");
            assert_eq!(problems.0[0].path, "cluster");
        }
    }
}

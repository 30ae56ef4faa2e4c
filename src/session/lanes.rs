//! How the lanes of a picture are arranged. It belongs to the opening view, causes nothing, and leaves
//! the digest as it is.

use crate::scenario::View;
use crate::trace::{Place, Source};

use super::Session;

impl Session {
    /// Every lane from left to right, those that are hidden as well.
    pub fn order(&self) -> Vec<Place> {
        let mut order =
            self.scenario.view.as_ref().map_or_else(Vec::new, |view| self.named(&view.lanes));
        for place in self.cast().places() {
            if !order.contains(&place) {
                order.push(place);
            }
        }
        order
    }

    /// The lanes that are not drawn.
    pub fn hidden(&self) -> Vec<Place> {
        self.scenario.view.as_ref().map_or_else(Vec::new, |view| self.named(&view.hidden))
    }

    fn named(&self, names: &[String]) -> Vec<Place> {
        names.iter().filter_map(|name| self.cast().place(name)).collect()
    }

    /// The lanes that are drawn, from left to right: what [`Options::lanes`](crate::diagram::Options::lanes)
    /// takes. Where every lane is hidden, that is every lane.
    pub fn lanes(&self) -> Vec<Place> {
        let hidden = self.hidden();
        let mut lanes = self.order();
        lanes.retain(|place| !hidden.contains(place));
        if lanes.is_empty() { self.order() } else { lanes }
    }

    /// Arranges the lanes: their order from left to right, and which of them are hidden.
    pub fn arrange(&mut self, order: &[Place], hidden: &[Place]) {
        let cast = self.run.cast();
        let names = |places: &[Place]| -> Vec<String> {
            places.iter().map(|place| cast.name(*place).to_owned()).collect()
        };
        let lanes = if order == cast.places() { Vec::new() } else { names(order) };
        let hidden = names(hidden);
        let before = self.scenario.view.take().unwrap_or_default();
        let view = View { lanes, hidden, ..before };
        self.scenario.view = (view != View::default()).then_some(view);
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Opening, Scenario};
    use crate::session::{Session, scenario_of};
    use crate::trace::{Place, Time};

    fn usual() -> Session {
        let scenario = scenario_of(Opening::Nothing, 1).expect("it is the first of all");
        Session::open(scenario).expect("it opens")
    }

    fn names(session: &Session, places: &[Place]) -> Vec<String> {
        places.iter().map(|place| session.cast().name(*place).to_owned()).collect()
    }

    #[test]
    fn an_arrangement_travels_with_the_run_and_causes_nothing() {
        let mut session = usual();
        let (usual, digest) = (session.order(), session.digest());
        let mut order = usual.clone();
        order.swap(1, 2);
        session.arrange(&order, &usual[..1]);
        session.advance(Time(300_000), u32::MAX);
        let shared = Scenario::from_json(&session.share().to_json()).expect("it is well-formed");
        let mut opened = Session::open(shared).expect("it opens");
        assert!(opened.run_to_seal(u32::MAX));
        assert_eq!(opened.verdict(), &crate::session::Verdict::Same);
        assert_eq!((opened.order(), opened.lanes()), (order.clone(), order[1..].to_vec()));

        session.arrange(&usual, &[]);
        assert_eq!(session.scenario().view, None, "the usual arrangement leaves no trace");
        session.seek_step(1);
        assert_eq!(session.digest(), digest);
    }

    #[test]
    fn lanes_that_are_not_named_follow_in_their_usual_order() {
        let mut session = usual();
        let all = names(&session, &session.order());
        let last = session.order()[all.len() - 1];
        session.scenario.view = Some(crate::scenario::View {
            lanes: vec![all[all.len() - 1].clone()],
            ..Default::default()
        });
        assert_eq!(session.order()[0], last);
        assert_eq!(names(&session, &session.order()[1..]), all[..all.len() - 1]);
    }
}

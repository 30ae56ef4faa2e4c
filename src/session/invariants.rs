//! What must hold in a run, in the words of its protocol.

use serde::Serialize;

use crate::check;

/// A property that the run must have, by its name in the literature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Invariant {
    /// The literature's name: `Election Safety`. Scenarios and events name it so, in every protocol.
    pub name: &'static str,
    /// What it says, in a sentence.
    pub says: String,
    /// Where the literature says it: `Raft §5.2, Figure 3`.
    pub source: &'static str,
}

impl Invariant {
    /// As a protocol says it that calls an epoch so.
    pub(super) fn of(invariant: &check::Invariant, epoch: &str) -> Invariant {
        let check::Invariant { name, source, .. } = *invariant;
        Invariant { name, says: invariant.says_of(epoch), source }
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::Scenario;
    use crate::session::{Session, gallery, protocols};
    use crate::sim::Pace;
    use crate::trace::Time;

    /// Whether a text has the word, alone or in the plural.
    fn has(text: &str, word: &str) -> bool {
        let mut words = text.split(|c: char| !c.is_alphabetic());
        words.any(|found| found.trim_end_matches('s').eq_ignore_ascii_case(word))
    }

    #[test]
    fn invariants_are_said_in_the_words_of_the_protocol() {
        for info in protocols() {
            let session = Session::open(Scenario::new(info.id, 1)).expect("it opens");
            for invariant in session.invariants() {
                let says = &invariant.says;
                assert!(!says.contains(['{', '}']), "{}: {says}", info.id);
                for word in ["epoch", "term", "ballot", "view"].map(|word| (word, has(says, word)))
                {
                    assert!(word.0 == info.epoch || !word.1, "{}: {says}", info.id);
                }
            }
        }
        let session = Session::open(Scenario::new("raft", 1)).expect("it opens");
        let safety = session.invariants().iter().find(|found| found.name == "Election Safety");
        let says = safety.map(|found| found.says.as_str());
        assert_eq!(says, Some("At most one leader is elected in a term."));
    }

    #[test]
    fn falls_are_told_in_the_words_of_the_protocol() {
        let mut told = 0;
        for situation in gallery().filter(|situation| !situation.scenario.expect.is_empty()) {
            let until = Time(situation.scenario.until_us);
            let mut session = Session::open(situation.scenario).expect("it opens");
            while session.advance(until, u32::MAX) == Pace::Violated {}
            for fallen in session.violations() {
                let detail = &fallen.broken.detail;
                let own = session.info().epoch;
                assert!(own == "epoch" || !has(detail, "epoch"), "{}: {detail}", situation.id);
                told += usize::from(has(detail, own));
            }
        }
        assert!(told > 10, "epochs are spoken of");
    }
}

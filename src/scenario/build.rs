//! Writing scenarios in Rust, as the gallery and the tests do.

use super::{Caption, Command, Do, Goal, Members, On, ParamValue, Scenario};

/// A scenario of the gallery, under a name that never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// The stable name in links: `raft-first-election`.
    pub id: &'static str,
    /// The run.
    pub scenario: Scenario,
}

impl Situation {
    /// Reads a situation whose script is in several parts: the run it stands on, and its own story.
    ///
    /// # Panics
    /// If the parts are not a script: a mistake in the gallery, met by its first test.
    pub(crate) fn read(id: &'static str, parts: &[&str]) -> Situation {
        match Scenario::from_script(&parts.concat()) {
            Ok(scenario) => Situation { id, scenario },
            Err(error) => panic!("{id}: {error}"),
        }
    }

    /// Reads the situations of a gallery, each an id and its parts.
    pub(crate) fn read_all(texts: &[(&'static str, &[&str])]) -> Vec<Situation> {
        texts.iter().map(|(id, parts)| Situation::read(id, parts)).collect()
    }
}

/// The situations of a protocol, from the scripts in its folder `situations`, by id.
///
/// What follows `on` are the scripts that several share and that the situation stands on.
macro_rules! situations {
    ($($id:literal $(on $($shared:literal)+)?),* $(,)?) => {
        $crate::scenario::Situation::read_all(&[$(($id, &[
            $($($crate::scenario::script!($shared),)+)?
            $crate::scenario::script!($id),
        ])),*])
    };
}

/// The script of this name in the folder `situations`, without its comments: nobody reads them in the page.
macro_rules! script {
    ($name:literal) => {{
        const SCRIPT: &str = include_str!(concat!("situations/", $name, ".synod"));
        const LEN: usize = $crate::scenario::without_comments::<{ SCRIPT.len() }>(SCRIPT).1;
        const TEXT: [u8; LEN] = $crate::scenario::without_comments::<LEN>(SCRIPT).0;
        const {
            match str::from_utf8(&TEXT) {
                Ok(text) => text,
                Err(_) => panic!("whole lines of a text are a text"),
            }
        }
    }};
}

pub(crate) use {script, situations};

/// A script without the lines that are comments, and how many bytes it has then; no more than fit.
pub(crate) const fn without_comments<const N: usize>(script: &str) -> ([u8; N], usize) {
    let script = script.as_bytes();
    let (mut text, mut len, mut at, mut is_start, mut is_comment) = ([0; N], 0, 0, true, false);
    while at < script.len() {
        is_comment = if is_start { script[at] == b'#' } else { is_comment };
        is_start = script[at] == b'\n';
        if !is_comment {
            if len < N {
                text[len] = script[at];
            }
            len += 1;
        }
        at += 1;
    }
    (text, len)
}

impl Scenario {
    /// Names it and says what it shows.
    #[must_use]
    pub fn titled(mut self, title: &str, about: &str) -> Scenario {
        title.clone_into(&mut self.title);
        about.clone_into(&mut self.about);
        self
    }

    /// Adds nodes of a class.
    #[must_use]
    pub fn with(mut self, class: &str, count: u8) -> Scenario {
        self.cluster.push(Members { class: class.to_owned(), count });
        self
    }

    /// Sets a parameter.
    #[must_use]
    pub fn set(mut self, key: &str, value: impl Into<ParamValue>) -> Scenario {
        self.set.insert(key.to_owned(), value.into());
        self
    }

    /// Breaks a rule, by id.
    #[must_use]
    pub fn breaking(mut self, rule: &str) -> Scenario {
        self.broken.push(rule.to_owned());
        self
    }

    /// Does something at a virtual time in microseconds.
    #[must_use]
    pub fn at_us(mut self, at_us: u64, act: Do) -> Scenario {
        self.commands.push(Command { at_us, sub: 0, off: false, act });
        self
    }

    /// Does something at a virtual time in milliseconds.
    #[must_use]
    pub fn at_ms(self, at_ms: u64, act: Do) -> Scenario {
        self.at_us(at_ms * 1_000, act)
    }

    /// Requires an event.
    #[must_use]
    pub fn goal(self, name: &str, on: On) -> Scenario {
        self.goal_times(name, on, 1)
    }

    /// Requires an event so many times.
    #[must_use]
    pub fn goal_times(mut self, name: &str, on: On, times: u32) -> Scenario {
        self.goals.push(Goal { name: name.to_owned(), on, times });
        self
    }

    /// Requires an invariant to fall, by name.
    #[must_use]
    pub fn expecting(mut self, invariant: &str) -> Scenario {
        self.expect.push(invariant.to_owned());
        self
    }

    /// Says something when the first such event happens.
    #[must_use]
    pub fn caption(mut self, on: On, text: &str) -> Scenario {
        self.narration.push(Caption { on, text: text.to_owned(), nth: 0 });
        self
    }

    /// Ends the story at a virtual time in milliseconds.
    #[must_use]
    pub fn until_ms(mut self, until_ms: u64) -> Scenario {
        self.until_us = until_ms * 1_000;
        self
    }
}

impl On {
    /// Events of a kind, as the event stream names it.
    pub fn event(kind: &str) -> On {
        On { event: kind.to_owned(), ..On::default() }
    }

    /// ... at this lane.
    #[must_use]
    pub fn at(mut self, lane: &str) -> On {
        self.at = Some(lane.to_owned());
        self
    }

    /// ... from or to this lane.
    #[must_use]
    pub fn peer(mut self, lane: &str) -> On {
        self.peer = Some(lane.to_owned());
        self
    }

    /// ... that name this role, message kind, timer, quorum, refusal, note or invariant.
    #[must_use]
    pub fn what(mut self, what: &str) -> On {
        self.what = Some(what.to_owned());
        self
    }

    /// ... in this epoch.
    #[must_use]
    pub fn epoch(mut self, epoch: &str) -> On {
        self.epoch = Some(epoch.to_owned());
        self
    }

    /// ... at this slot.
    #[must_use]
    pub fn slot(mut self, slot: &str) -> On {
        self.slot = Some(slot.to_owned());
        self
    }

    /// ... with this value.
    #[must_use]
    pub fn value(mut self, value: &str) -> On {
        self.value = Some(value.to_owned());
        self
    }
}

impl From<bool> for ParamValue {
    fn from(value: bool) -> ParamValue {
        ParamValue::Bool(value)
    }
}

impl From<u64> for ParamValue {
    fn from(value: u64) -> ParamValue {
        ParamValue::Int(value)
    }
}

impl From<&str> for ParamValue {
    fn from(value: &str) -> ParamValue {
        ParamValue::Word(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::without_comments;

    #[test]
    fn comments_go_and_everything_else_stays() {
        let script = "# a\nat 0 crash S1\n# b\n#\ntitle \"# c\"\nat 1 x#1";
        let (_, len) = without_comments::<0>(script);
        let (text, _) = without_comments::<64>(script);
        assert_eq!(str::from_utf8(&text[..len]), Ok("at 0 crash S1\ntitle \"# c\"\nat 1 x#1"));
    }
}

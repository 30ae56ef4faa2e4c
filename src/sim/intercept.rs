//! Messages picked at the moment they are sent, by where they go and what they are.

use crate::scenario::{Act, Intercept};
use crate::trace::{Cast, Info, MessageKind, Place};

use super::network::Fate;

/// An interception that still has messages to wait for.
#[derive(Clone, Debug)]
pub struct Interceptor {
    from: Option<Place>,
    to: Option<Place>,
    kind: Option<MessageKind>,
    skip: u32,
    left: u32,
    act: Act,
}

impl Interceptor {
    /// Reads a command's words; a name that means nothing matches nothing.
    pub fn new(intercept: &Intercept, info: &Info, cast: &Cast) -> Option<Interceptor> {
        let place = |name: &Option<String>| match name {
            None => Some(None),
            Some(name) => cast.place(name).map(Some),
        };
        let kind = match intercept.kind.as_deref() {
            None => None,
            Some("Request") if info.message_kind("Request").is_none() => Some(MessageKind::Request),
            Some("Reply") if info.message_kind("Reply").is_none() => Some(MessageKind::Reply),
            Some(name) => Some(MessageKind::Protocol(info.message_kind(name)?)),
        };
        Some(Interceptor {
            from: place(&intercept.from)?,
            to: place(&intercept.to)?,
            kind,
            skip: intercept.skip,
            left: intercept.times.max(1),
            act: intercept.act.clone(),
        })
    }

    fn matches(&self, from: Place, to: Place, kind: MessageKind) -> bool {
        self.from.is_none_or(|place| place == from)
            && self.to.is_none_or(|place| place == to)
            && self.kind.is_none_or(|wanted| wanted == kind)
    }
}

/// Lets the first interception that matches change a message's fate; says whether it drops it.
pub fn meet(
    interceptors: &mut Vec<Interceptor>,
    from: Place,
    to: Place,
    kind: MessageKind,
    fate: &mut Fate,
) -> bool {
    let found = interceptors.iter_mut().position(|interceptor| {
        let matches = interceptor.matches(from, to, kind);
        let acts = matches && interceptor.skip == 0;
        if matches && !acts {
            interceptor.skip -= 1;
        }
        acts
    });
    let Some(found) = found else { return false };
    let interceptor = &mut interceptors[found];
    interceptor.left -= 1;
    let act = interceptor.act.clone();
    if interceptor.left == 0 {
        interceptors.remove(found);
    }
    // What a command decides, luck does not overrule.
    fate.lost = false;
    match act {
        Act::Drop => return true,
        Act::Duplicate => fate.copy_us = Some(fate.copy_us.unwrap_or(fate.latency_us)),
        Act::Take(us) => fate.latency_us = us,
        Act::DuplicateTaking(us) => fate.copy_us = Some(us),
    }
    false
}

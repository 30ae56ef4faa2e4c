//! The smallest engine that can show what the world promises.

use std::rc::Rc;

use crate::machine::{Command, Outcome};
use crate::node::{Config, Durable, Effects, Engine, Membership, Message, Timer};
use crate::trace::{
    Cast, ClientPolicy, Fact, Field, Info, MessageInfo, NameInfo, NodeId, NodeView, ParamValues,
    Service, Slot, Step, TimerRef,
};

/// Writes a number down for every request, then tells the next node, which
/// acknowledges; a timer ticks. Node 0 serves; others send clients there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Scribe {
    me: NodeId,
    nodes: u8,
    written: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Note {
    Tell(u32),
    Ack(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Tick;

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Book(u32);

impl Message for Note {
    fn kind(&self) -> u8 {
        u8::from(matches!(self, Note::Ack(_)))
    }
    fn label(&self, _: &Cast) -> String {
        format!("{self:?}")
    }
    fn fields(&self, _: &Cast) -> Vec<Field> {
        Vec::new()
    }
}

impl Timer for Tick {
    fn to_ref(self) -> TimerRef {
        TimerRef { kind: 0, key: 0 }
    }
    fn from_ref(timer: TimerRef) -> Option<Tick> {
        (timer.kind == 0).then_some(Tick)
    }
}

impl Durable for Book {
    type Write = u32;
    fn apply(&mut self, write: &u32) {
        self.0 = *write;
    }
    fn kind(_: &u32) -> u8 {
        0
    }
}

const NAME: NameInfo = NameInfo { name: "tick", doc: "" };
const TELL: MessageInfo =
    MessageInfo { name: "Tell", doc: "", step: Step::Replicate, reply: false };
const ACK: MessageInfo = MessageInfo { name: "Ack", doc: "", step: Step::Replicate, reply: true };

impl Engine for Scribe {
    type Message = Note;
    type Timer = Tick;
    type Durable = Book;
    type Params = ();

    const INFO: &'static Info = &Info {
        id: "scribe",
        name: "Scribe",
        summary: "",
        paper: "",
        epoch: "",
        slot: "index",
        roles: &[],
        messages: &[TELL, ACK],
        timers: &[NAME],
        writes: &[NAME],
        quorums: &[],
        refusals: &[],
        notes: &[],
        rules: &[],
        params: &[],
        clients: ClientPolicy::OneNode,
        service: Service::Decision,
        classes: &[],
        simplified: &[],
    };

    fn params(_: &ParamValues, _: &Membership) -> Result<(), (&'static str, String)> {
        Ok(())
    }

    fn boot(me: NodeId, config: &Rc<Config<()>>, book: Book, fx: &mut Effects<Scribe>) -> Scribe {
        fx.fact(Fact::Recovered { last: Slot::at(book.0) });
        fx.set_timer(Tick, 100_000..=100_000);
        Scribe { me, nodes: config.members.len() as u8, written: book.0 }
    }

    fn on_message(&mut self, from: NodeId, message: &Note, fx: &mut Effects<Scribe>) {
        match message {
            Note::Tell(number) => fx.send(from, Note::Ack(*number)),
            Note::Ack(number) => fx.fact(Fact::Note { what: 0, number: *number }),
        }
    }

    fn on_timer(&mut self, _: Tick, fx: &mut Effects<Scribe>) {
        fx.set_timer(Tick, 100_000..=100_000);
    }

    fn on_request(&mut self, request: Command, fx: &mut Effects<Scribe>) {
        let Some(key) = request.key() else { return };
        if self.me.0 != 0 {
            return fx.reply(key, Outcome::Redirect(Some(NodeId(0))));
        }
        self.written += 1;
        fx.persist(self.written);
        fx.send(NodeId((self.me.0 + 1) % self.nodes), Note::Tell(self.written));
        fx.reply(key, Outcome::Done(None));
    }

    fn view(&self, _: &Cast) -> NodeView {
        NodeView { fields: vec![Field::new("written", self.written)], ..NodeView::default() }
    }
}

//! Elements, built by plain functions.
//!
//! Every view is made of [`El`]: a tag, attributes, children. What an element does is an attribute too:
//! `data-act` names an act of [`crate::acts`], and one listener for the whole page carries it out. So a view
//! holds no callback, and a hundred buttons cost what their words cost.

use std::cell::RefCell;
use std::rc::Rc;

use synod::trace::EventId;
use yew::virtual_dom::{
    AttrValue, AttributeOrProperty, Attributes, Key, VComp, VList, VNode, VTag, VText,
};
use yew::{Component, Context, Html, NodeRef, Properties};

use crate::{acts, browser};

/// An element being made. It is as large as a pointer, so that a chain of calls moves nothing.
#[must_use = "an element is shown only where it is added"]
pub(crate) struct El(Box<Parts>);

struct Parts {
    tag: &'static str,
    shape: &'static Shape,
    values: Vec<Option<AttributeOrProperty>>,
    children: Vec<Child>,
    key: Option<Key>,
    node: Option<NodeRef>,
    /// The value of an input.
    value: Option<AttrValue>,
    /// Whether a box is ticked.
    checked: Option<bool>,
}

enum Child {
    El(El),
    Text(AttrValue),
    Node(VNode),
}

/// The names of an element's attributes, in the order they were given.
///
/// Yew compares the attributes of two elements value by value where both share one list of names, so
/// equal lists are made once: a tree of all that were ever needed, which is as large as the views are.
struct Shape {
    names: &'static [&'static str],
    next: RefCell<Vec<&'static Shape>>,
}

impl Shape {
    fn leaked(names: Vec<&'static str>) -> &'static Shape {
        Box::leak(Box::new(Shape { names: names.leak(), next: RefCell::default() }))
    }

    /// This list with one more name.
    fn with(&'static self, name: &'static str) -> &'static Shape {
        let mut next = self.next.borrow_mut();
        let known = next.iter().find(|shape| shape.names.last() == Some(&name));
        known.copied().unwrap_or_else(|| {
            let shape = Shape::leaked([self.names, &[name]].concat());
            next.push(shape);
            shape
        })
    }
}

thread_local! {
    static NO_ATTRIBUTES: &'static Shape = Shape::leaked(Vec::new());
}

/// An element without anything in it.
pub(crate) fn el(tag: &'static str) -> El {
    El(Box::new(Parts {
        tag,
        shape: NO_ATTRIBUTES.with(|shape| *shape),
        values: Vec::new(),
        children: Vec::new(),
        key: None,
        node: None,
        value: None,
        checked: None,
    }))
}

impl El {
    fn put(mut self, name: &'static str, value: Option<AttrValue>) -> El {
        self.0.shape = self.0.shape.with(name);
        self.0.values.push(value.map(AttributeOrProperty::Attribute));
        self
    }

    /// With an attribute.
    pub(crate) fn at(self, name: &'static str, value: impl Into<AttrValue>) -> El {
        self.put(name, Some(value.into()))
    }

    /// With an attribute, where there is a value for it.
    pub(crate) fn at_some(self, name: &'static str, value: Option<impl Into<AttrValue>>) -> El {
        self.put(name, value.map(Into::into))
    }

    /// With an attribute that is there or not.
    pub(crate) fn flag(self, name: &'static str, on: bool) -> El {
        self.put(name, on.then_some(AttrValue::Static("")))
    }

    /// Of a style class.
    pub(crate) fn class(self, class: impl Into<AttrValue>) -> El {
        self.at("class", class)
    }

    /// What a click does.
    pub(crate) fn act(self, act: impl Into<AttrValue>) -> El {
        self.at("data-act", act)
    }

    /// What it means to change what the element holds.
    pub(crate) fn set(self, act: impl Into<AttrValue>) -> El {
        self.at("data-set", act)
    }

    /// The event of the run that it stands for.
    pub(crate) fn event(self, event: EventId) -> El {
        self.at("data-event", event.0.to_string())
    }

    /// What an input holds.
    pub(crate) fn value(mut self, value: impl Into<AttrValue>) -> El {
        self.0.value = Some(value.into());
        self
    }

    /// Whether a box is ticked.
    pub(crate) fn checked(mut self, checked: bool) -> El {
        self.0.checked = Some(checked);
        self
    }

    /// Tells it apart from its siblings when they are drawn again.
    pub(crate) fn key(mut self, key: impl Into<Key>) -> El {
        self.0.key = Some(key.into());
        self
    }

    /// Where to find the element in the document.
    pub(crate) fn node(mut self, node: &NodeRef) -> El {
        self.0.node = Some(node.clone());
        self
    }

    fn push(mut self, child: Child) -> El {
        self.0.children.push(child);
        self
    }

    /// With a child.
    pub(crate) fn add(self, child: El) -> El {
        self.push(Child::El(child))
    }

    /// With a child of any kind.
    pub(crate) fn add_node(self, child: VNode) -> El {
        self.push(Child::Node(child))
    }

    /// With a text.
    pub(crate) fn text(self, text: impl Into<AttrValue>) -> El {
        self.push(Child::Text(text.into()))
    }

    /// With a child that may be missing: its place is kept, so that those after it stay what they are.
    pub(crate) fn maybe(self, child: Option<El>) -> El {
        self.push(child.map_or_else(|| Child::Node(VNode::default()), Child::El))
    }

    /// With children.
    pub(crate) fn all(mut self, children: impl IntoIterator<Item = El>) -> El {
        for child in children {
            self = self.add(child);
        }
        self
    }

    /// Writes it down for a browser to read: attributes, texts and elements, and nothing else that it may have.
    fn write(&self, markup: &mut String) {
        let El(parts) = self;
        markup.push('<');
        markup.push_str(parts.tag);
        for (name, value) in parts.shape.names.iter().zip(&parts.values) {
            if let Some(AttributeOrProperty::Attribute(value)) = value {
                markup.push(' ');
                markup.push_str(name);
                markup.push_str("=\"");
                escape(value, markup);
                markup.push('"');
            }
        }
        markup.push('>');
        for child in &parts.children {
            match child {
                Child::El(el) => el.write(markup),
                Child::Text(text) => escape(text, markup),
                Child::Node(_) => {}
            }
        }
        markup.push_str("</");
        markup.push_str(parts.tag);
        markup.push('>');
    }
}

/// Writes a text so that no part of it is read as markup.
fn escape(text: &str, markup: &mut String) {
    for c in text.chars() {
        match c {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '"' => markup.push_str("&quot;"),
            c => markup.push(c),
        }
    }
}

impl From<Child> for VNode {
    fn from(child: Child) -> VNode {
        match child {
            Child::El(el) => el.into(),
            Child::Text(text) => VNode::VText(VText::new(text)),
            Child::Node(node) => node,
        }
    }
}

impl From<El> for VNode {
    fn from(El(parts): El) -> VNode {
        let parts = *parts;
        let mut tag = VTag::new(parts.tag);
        tag.attributes =
            Attributes::Dynamic { keys: parts.shape.names, values: parts.values.into() };
        tag.key = parts.key;
        if let Some(node) = parts.node {
            tag.node_ref = node;
        }
        tag.set_value(parts.value);
        if let Some(checked) = parts.checked {
            tag.set_checked(checked);
        }
        if let Some(children) = tag.children_mut() {
            let nodes: Vec<VNode> = parts.children.into_iter().map(VNode::from).collect();
            *children = VList::from(nodes).into();
        }
        tag.into()
    }
}

// ---- what pages are made of ----

/// An element of a class.
pub(crate) fn of(tag: &'static str, class: impl Into<AttrValue>) -> El {
    el(tag).class(class)
}

/// An element of a class with a text.
pub(crate) fn said(tag: &'static str, class: &'static str, text: impl Into<AttrValue>) -> El {
    of(tag, class).text(text)
}

/// An element with a text.
pub(crate) fn plain(tag: &'static str, text: impl Into<AttrValue>) -> El {
    el(tag).text(text)
}

/// A button that does something, explained by the table of acts.
pub(crate) fn button(class: &'static str, act: impl Into<AttrValue>) -> El {
    let act = act.into();
    let title = acts::title(&act);
    of("button", class).at("type", "button").at_some("title", title).act(act)
}

/// The usual button with a word on it.
pub(crate) fn labelled(label: impl Into<AttrValue>, act: impl Into<AttrValue>) -> El {
    button("button", act).text(label)
}

/// A small button with a word on it.
pub(crate) fn small(label: impl Into<AttrValue>, act: impl Into<AttrValue>) -> El {
    button("button small", act).text(label)
}

/// Text that does something.
pub(crate) fn link(text: impl Into<AttrValue>, act: impl Into<AttrValue>) -> El {
    button("link", act).text(text)
}

/// A button with a picture, explained by a few words.
pub(crate) fn icon_button(title: &'static str, path: &'static str, act: &'static str) -> El {
    button("button icon", act).at("aria-label", title).add(icon(path))
}

/// A small picture from a path in a box of 16 by 16.
pub(crate) fn icon(path: &'static str) -> El {
    of("svg", "icon")
        .at("viewBox", "0 0 16 16")
        .at("width", "16")
        .at("height", "16")
        .at("aria-hidden", "true")
        .add(el("path").at("d", path))
}

/// A part of the side.
pub(crate) fn panel(class: &'static str, name: &'static str) -> El {
    of("section", class).at("aria-label", name)
}

/// A labelled value.
pub(crate) fn field(label: impl Into<AttrValue>, value: impl Into<AttrValue>) -> El {
    el("div").add(plain("dt", label)).add(plain("dd", value))
}

// ---- what is costly to draw ----

/// A part of an SVG picture that the browser reads from its markup, which is much faster than making one element after
/// the other. To be shown in one place only, and where nothing about it changes: it is not compared with what was there.
pub(crate) fn picture(element: El) -> VNode {
    let mut markup = String::new();
    element.write(&mut markup);
    browser::read_svg(&markup).map_or_else(|| element.into(), VNode::VRef)
}

#[derive(Clone, PartialEq, Properties)]
struct KeptProps {
    html: Kept,
}

/// Something costly to draw, equal to itself only: it is compared in no time, and drawn again only
/// where it has been made again.
#[derive(Clone, Debug)]
pub(crate) struct Kept(Rc<VNode>);

impl PartialEq for Kept {
    fn eq(&self, other: &Kept) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl From<El> for Kept {
    fn from(element: El) -> Kept {
        Kept(Rc::new(element.into()))
    }
}

impl Kept {
    /// To be added to an element; the key tells it apart from its siblings.
    pub(crate) fn node(&self, key: impl Into<Key>) -> VNode {
        VComp::new::<Still>(Rc::new(KeptProps { html: self.clone() }), Some(key.into())).into()
    }
}

/// Shows what is kept.
struct Still;

impl Component for Still {
    type Message = ();
    type Properties = KeptProps;

    fn create(_ctx: &Context<Still>) -> Still {
        Still
    }

    fn view(&self, ctx: &Context<Still>) -> Html {
        (*ctx.props().html.0).clone()
    }
}

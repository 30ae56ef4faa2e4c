//! The component that shows the page.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use wasm_bindgen_futures::spawn_local;
use yew::html::Scope;
use yew::{Callback, Component, Context, Html};

use crate::app::{App, Msg};

/// Shows the page. What is to be done once it was drawn comes right behind that, and not when Yew says so: where drawing
/// takes long, the browser has painted by then, and the stage would be seen where it was scrolled to before.
pub(crate) struct Page(Rc<Inbox>);

/// What is to be taken in, and who takes it in.
struct Inbox {
    app: RefCell<App>,
    waiting: RefCell<Vec<Msg>>,
    /// Who is asked to draw the page as it is by then.
    link: Scope<Page>,
}

impl Inbox {
    /// What is said while something is taken in comes behind it.
    fn take(&self, message: Option<Msg>) {
        self.waiting.borrow_mut().extend(message);
        let Ok(mut app) = self.app.try_borrow_mut() else { return };
        let mut changed = false;
        loop {
            let messages = self.waiting.take();
            if messages.is_empty() {
                break;
            }
            for message in messages {
                changed |= app.update(message);
            }
        }
        if changed {
            self.link.send_message(());
        }
    }
}

impl Component for Page {
    type Message = ();
    type Properties = ();

    fn create(ctx: &Context<Page>) -> Page {
        let link = ctx.link().clone();
        Page(Rc::new_cyclic(|inbox: &Weak<Inbox>| {
            let inbox = inbox.clone();
            let send = Callback::from(move |message| {
                if let Some(inbox) = inbox.upgrade() {
                    inbox.take(Some(message));
                }
            });
            let (app, waiting) = (RefCell::new(App::new(send)), RefCell::default());
            Inbox { app, waiting, link }
        }))
    }

    fn view(&self, _ctx: &Context<Page>) -> Html {
        let inbox = Rc::clone(&self.0);
        spawn_local(async move {
            let changed = inbox.app.borrow_mut().drawn();
            inbox.take(changed);
        });
        self.0.app.borrow().page().into()
    }
}

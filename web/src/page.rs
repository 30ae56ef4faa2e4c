//! The component that shows the page.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::html::Scope;
use yew::{Component, Context, Html};

use crate::app::{App, Msg};

/// Shows the page.
pub(crate) struct Page(Rc<RefCell<App>>);

impl Component for Page {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Page>) -> Page {
        let send = ctx.link().callback(|message: Msg| message);
        Page(Rc::new(RefCell::new(App::new(send))))
    }

    fn update(&mut self, _ctx: &Context<Page>, message: Msg) -> bool {
        self.0.borrow_mut().update(message)
    }

    fn view(&self, ctx: &Context<Page>) -> Html {
        // What is to be done once it was drawn comes right behind that, and not when Yew says so: where drawing takes
        // long, the browser has painted by then, and the stage would be seen where it was scrolled to before.
        let (app, link) = (Rc::clone(&self.0), ctx.link().clone());
        spawn_local(async move { settle(&app, &link) });
        self.0.borrow().page().into()
    }

    fn rendered(&mut self, ctx: &Context<Page>, _first: bool) {
        // What the page keeps is drawn by itself, and may have been put off, too: it leaves the stage another height.
        settle(&self.0, ctx.link());
        // Here the putting off is welcome: it leaves the browser time for all else.
        self.0.borrow_mut().keep_moving();
    }
}

fn settle(app: &RefCell<App>, link: &Scope<Page>) {
    let changed = app.borrow_mut().settle();
    link.send_message_batch(changed.into_iter().collect());
}

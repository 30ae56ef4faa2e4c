//! The Synod playground.
use yew::prelude::*;

/// The whole page.
#[component]
fn App() -> Html {
    html! { <main><h1>{ "Synod" }</h1></main> }
}

fn main() {
    yew::Renderer::<App>::new().render();
}

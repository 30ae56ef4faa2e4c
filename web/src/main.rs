//! The playground's entry point.
use yew::prelude::*;

#[component]
fn App() -> Html {
    html! { <h1>{ "Synod" }</h1> }
}

fn main() {
    yew::Renderer::<App>::new().render();
}

//! The Synod playground: a Yew application over the door of the core, `synod::session`.
//!
//! | room | what is in it |
//! |---|---|
//! | [`model`] | the state of the page, without a browser: the run, the clock, what is in view |
//! | [`app`] | the one component that owns the model; every change is a [`app::Msg`] |
//! | `stage` | the live pictures: sequence diagram and ring |
//! | `panels` | what stands beside and over them: tabs, dialogs, menus, notices |
//! | `transport` | play, pause, step, speed, the timeline |
//! | [`acts`] | the one table of what can be done to the page, and by which keys |
//! | `listen` | what the browser tells |
//! | `ui` | elements, and what pages are made of |
//! | `share` | links, in and out |
//! | `files` | files, in and out |
//! | `later` | what the program fetches only when somebody acts |
//! | `browser` | the few things asked of the browser |
//! | [`embed`] | the page inside somebody else's |
//! | `crash` | what is shown when the program itself fails |
//! | `api` | the JavaScript API: in the npm package alone, for nobody calls it in the page |
//!
//! **Architecture invariant:** nothing here knows a protocol or decides anything about one. What a
//! protocol calls its roles, epochs and slots is read from its description; a click becomes a command.
#![allow(
    clippy::float_arithmetic,
    reason = "frames, pixels and playing speed are measured in real time; nothing of it reaches a run but whole microseconds"
)]
#![allow(
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "browsers speak in doubles; what comes from them is kept in range where it is read"
)]

pub mod acts;
#[cfg(feature = "npm")]
pub mod api;
pub mod app;
mod browser;
mod crash;
pub mod embed;
mod files;
mod later;
mod listen;
pub mod model;
mod page;
mod panels;
mod share;
mod stage;
mod transport;
mod ui;

/// Allocates in constant time, with far less code than the allocator that Rust brings along.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Shows the page.
pub fn start() {
    crash::install();
    // The look of a scene is the same here as in a picture that was saved.
    browser::add_style(&synod::diagram::css(".synod", synod::diagram::Theme::Surroundings));
    yew::Renderer::<page::Page>::new().render();
}

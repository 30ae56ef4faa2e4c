//! How long it takes to draw a run: `cargo bench --bench diagram`.

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;
use std::time::{Duration, Instant};

use common::Sample;
use synod::diagram::{Options, Theme, Window, layout, mermaid, svg, text};
use synod::trace::{Index, Source, Time};

/// The best of several goes, because anything else that runs only slows it down.
fn best<T>(goes: u32, mut work: impl FnMut() -> T) -> Duration {
    let go = |_| {
        let start = Instant::now();
        black_box(work());
        start.elapsed()
    };
    (0..goes).map(go).min().unwrap_or_default()
}

fn main() {
    for messages in [500, 5_000] {
        let sample = Sample::busy(messages);
        let events = sample.events();
        let window = Window::until(sample.now());
        let options = Options::default();
        let index = Index::of(events);
        let scene = layout(&sample, &index, &window, &options);
        let screen = Window { from: Time(window.to.0 - 200_000), to: window.to };
        println!("{} messages, {} events:", scene.arrows.len(), events.len());
        let lines = [
            ("index the run", best(20, || Index::of(events))),
            ("lay out all of it", best(20, || layout(&sample, &index, &window, &options))),
            ("lay out the last 200 ms", best(100, || layout(&sample, &index, &screen, &options))),
            ("paint it as SVG", best(20, || svg(&scene, &sample, Theme::Auto))),
            ("write it as Mermaid", best(20, || mermaid(&sample, &window))),
            ("list it as text", best(20, || text(&sample, &window))),
        ];
        for (what, time) in lines {
            println!("  {what:<24} {:>9.3} ms", time.as_secs_f64() * 1e3);
        }
        println!(
            "  index: {} bytes, {} per 100 events",
            index.bytes(),
            index.bytes() * 100 / events.len()
        );
    }
}

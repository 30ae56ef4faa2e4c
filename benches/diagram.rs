//! How long it takes to draw a run: `cargo bench --bench diagram`.
#![allow(clippy::disallowed_types, reason = "a benchmark looks at the clock")]
#![allow(clippy::float_arithmetic, reason = "it prints fractions of a millisecond")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;
use std::time::{Duration, Instant};

use common::Sample;
use synod::diagram::{Options, Theme, Window, layout, mermaid, sheet_at, sheets, svg, text};
use synod::trace::{Index, Source, Time};

/// How long this thread has run; where the system does not say, how long it has been.
fn clock(start: Instant) -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ran = stat.and_then(|stat| stat.split(' ').next()?.parse().ok());
    ran.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// The mean of several goes; the clock of a thread is too coarse for one.
fn mean<T>(goes: u32, mut work: impl FnMut() -> T) -> Duration {
    let start = Instant::now();
    let before = clock(start);
    (0..goes).for_each(|_| drop(black_box(work())));
    clock(start).saturating_sub(before) / goes
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
        let middle = sheet_at(options.scale.y(window.to)) / 2;
        let sheet = || sheets(&sample, &index, middle..middle + 1, &options);
        println!("{} messages, {} events:", scene.arrows.len(), events.len());
        let lines = [
            ("index the run", mean(40, || Index::of(events))),
            ("lay out all of it", mean(40, || layout(&sample, &index, &window, &options))),
            ("lay out the last 200 ms", mean(400, || layout(&sample, &index, &screen, &options))),
            ("lay out one sheet", mean(400, sheet)),
            ("paint it as SVG", mean(40, || svg(&scene, &sample, Theme::Auto))),
            ("write it as Mermaid", mean(40, || mermaid(&sample, &window, &options))),
            ("list it as text", mean(40, || text(&sample, &window))),
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

//! A bar on standard error for work that takes long; none where nobody watches.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that ends sooner shows no bar at all.
const PATIENCE: Duration = Duration::from_millis(400);

/// A bar of so many parts, with the unit they are counted in.
pub(crate) fn bar(parts: u64, unit: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(parts), ProgressDrawTarget::stderr_with_hz(5));
    let template =
        format!("{{bar:30}} {{pos}} of {{len}} {unit}, {{elapsed}} gone, {{eta}} left {{msg}}");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}

/// Shows how far the work is, once it has taken a while.
pub(crate) fn show(bar: &ProgressBar, done: u64) {
    if bar.elapsed() > PATIENCE {
        bar.set_position(done);
    }
}

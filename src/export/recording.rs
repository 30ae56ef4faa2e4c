//! A run as a test file: its causes as a script, and below a line what happened.

use crate::diagram::{Window, text};
use crate::scenario::Scenario;
use crate::trace::Source;

/// What stands between the causes and what came of them.
const RULE: &str = "----";

/// Writes a run and its causes: a script that can be played again, a line of dashes, and the listing
/// of what has happened by now. Whoever plays the script compares.
pub fn recording(scenario: &Scenario, source: &dyn Source) -> String {
    let until_us = source.now().0;
    let scenario = Scenario { until_us, view: None, ..scenario.clone() };
    let (script, happened) = (scenario.to_script(), text(source, &Window::until(source.now())));
    format!("{script}{RULE}\n{happened}")
}

/// The script and the listing of a recording; a script alone has no listing.
pub fn split_recording(recording: &str) -> (&str, Option<&str>) {
    let mut end = 0;
    for line in recording.split_inclusive('\n') {
        if line.trim_end() == RULE {
            return (&recording[..end], Some(&recording[end + line.len()..]));
        }
        end += line.len();
    }
    (recording, None)
}

#[cfg(test)]
mod tests {
    use super::split_recording;

    #[test]
    fn a_line_of_dashes_parts_causes_from_what_came_of_them() {
        assert_eq!(split_recording("a\n----\nb\n----\n"), ("a\n", Some("b\n----\n")));
        assert_eq!(split_recording("a\r\n----\r\nb"), ("a\r\n", Some("b")));
        assert_eq!(split_recording("----"), ("", Some("")));
        assert_eq!(split_recording("a\n-----\n"), ("a\n-----\n", None));
    }
}

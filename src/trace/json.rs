//! What all that writes JSON shares.

/// A text as JSON has it.
pub(crate) fn quoted(text: &str) -> String {
    // Any text can be written as JSON.
    serde_json::to_string(text).unwrap_or_default()
}

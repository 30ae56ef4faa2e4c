//! The JSON form: reading with bounds, versions and field paths, and writing.

use std::fmt::Write;

use serde::Deserialize;
use serde_json::Value;

use super::{Problems, Scenario, VERSION, limits};

/// One step of schema history: rewrites a scenario of version `n` as one of version `n + 1`.
type Migration = fn(&mut Value) -> Result<(), String>;

/// Step `n - 1` leads from version `n` to `n + 1`; old scenarios fall through all that are left.
const MIGRATIONS: [Migration; VERSION as usize - 1] = [];

/// The longest sentence of the parser that is passed on, in characters.
const SAYS_MAX: usize = 600;
/// The longest path that is passed on, in steps; no scenario is as deep.
const PATH_MAX: usize = 12;

impl Scenario {
    /// Reads a scenario from JSON, of this version or an older one.
    ///
    /// It is well-formed then, but not yet possible: [`Scenario::check`] judges that.
    ///
    /// # Errors
    /// Too long, not JSON, not a scenario (with the field and the line and column), or made
    /// with a newer version.
    pub fn from_json(text: &str) -> Result<Scenario, Problems> {
        if text.len() > limits::JSON_MAX {
            let (len, max) = (text.len(), limits::JSON_MAX);
            return Err(Problems::one("", format!("{len} bytes are too many; at most {max}")));
        }
        match version(text)? {
            older if !MIGRATIONS.is_empty() && older < VERSION => {
                parse(&migrate(text, older, &MIGRATIONS)?)
            }
            _ => parse(text),
        }
    }

    /// The compact JSON form, without the fields that say nothing.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Plain fields under string keys: serde_json has nothing to refuse.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The JSON form for files, indented.
    #[must_use]
    pub fn to_json_pretty(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// The schema version a text claims; 1 when it says nothing.
fn version(text: &str) -> Result<u32, Problems> {
    #[derive(Deserialize)]
    struct Versioned {
        #[serde(default = "super::oldest")]
        v: u32,
    }
    match parse::<Versioned>(text)?.v {
        0 => Err(Problems::one("v", "versions begin at 1")),
        v @ 1..=VERSION => Ok(v),
        newer => {
            let says = format!(
                "made with a newer Synod: its version is {newer}, this one reads up to {VERSION}"
            );
            Err(Problems::one("v", says))
        }
    }
}

/// Brings an old scenario up to date, one version after the other.
fn migrate(text: &str, from: u32, steps: &[Migration]) -> Result<String, Problems> {
    let mut value: Value = parse(text)?;
    for (v, step) in (1..).zip(steps).skip_while(|(v, _)| *v < from) {
        step(&mut value)
            .map_err(|says| Problems::one("", format!("version {v} cannot be read: {says}")))?;
        if let Some(fields) = value.as_object_mut() {
            fields.insert("v".to_owned(), Value::from(v + 1));
        }
    }
    Ok(value.to_string())
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Problems> {
    serde_json::from_str(text).map_err(|error| {
        let path = path_at(text.as_bytes(), error.line(), error.column());
        // The parser quotes what it met, however long that is.
        Problems::one(path, error.to_string().chars().take(SAYS_MAX).collect::<String>())
    })
}

/// An array or object that is open at some place of a text.
enum Open<'a> {
    Array(usize),
    Object(&'a [u8]),
}

/// The field that a text is in at a line (from 1) and a column (bytes of that line read).
///
/// It reads what the parser accepted so far, so it need not judge it.
fn path_at(text: &[u8], line: usize, column: usize) -> String {
    let before: usize =
        text.split_inclusive(|b| *b == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    let text = &text[..before.saturating_add(column).min(text.len())];
    let mut open: Vec<Open<'_>> = Vec::new();
    // Whether a string would be a key here.
    let mut key = false;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'{' => {
                open.push(Open::Object(b""));
                key = true;
            }
            b'[' => {
                open.push(Open::Array(0));
                key = false;
            }
            b'}' | b']' => {
                open.pop();
                key = false;
            }
            b',' => match open.last_mut() {
                Some(Open::Array(index)) => *index += 1,
                _ => key = true,
            },
            b':' => key = false,
            b'"' => {
                let string = string_at(&text[at..]);
                at += string.len() + 1;
                if let (true, Some(Open::Object(name))) = (key, open.last_mut()) {
                    *name = string;
                }
            }
            _ => {}
        }
    }
    render(&open)
}

/// The bytes of a string after its opening quote, up to the closing one.
fn string_at(rest: &[u8]) -> &[u8] {
    let mut escaped = false;
    let end = rest.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    &rest[..end.unwrap_or(rest.len())]
}

fn render(open: &[Open<'_>]) -> String {
    let mut path = String::new();
    for step in open.iter().take(PATH_MAX) {
        match step {
            Open::Array(index) => {
                let _ = write!(path, "[{index}]");
            }
            Open::Object(b"") => {}
            Open::Object(name) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.extend(String::from_utf8_lossy(name).chars().take(limits::NAME_MAX));
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Scenario::from_json(text).expect_err("it is wrong").to_string()
    }

    #[test]
    fn a_missing_field_means_the_oldest_meaning() {
        let read = Scenario::from_json(r#"{"protocol":"raft"}"#).expect("the least scenario");
        assert_eq!(read, Scenario::new("raft", 0));
    }

    #[test]
    fn errors_name_the_field_and_the_place() {
        let cases = [
            (
                r#"{"v":1,"protocol":"raft","commands":[{"at_us":0,"do":"heal"},{"at_us":"x","do":"heal"}]}"#,
                "commands[1].at_us: invalid type: string \"x\", expected u64 at line 1 column 73",
            ),
            (
                "{\"v\":1,\n\"protocol\":\"raft\",\n\"clients\":{\"keys\":300}}",
                "clients.keys: invalid value: integer `300`, expected u8 at line 3 column 21",
            ),
            (
                r#"{"v":1,"protocol":"raft","set":{"a\"b":1,"x":-1}}"#,
                "set: a parameter is true, false, a whole number from 0 or a word at line 1 column 48",
            ),
            (r#"{"v":1}"#, "missing field `protocol` at line 1 column 7"),
            ("", "EOF while parsing a value at line 1 column 0"),
        ];
        for (text, says) in cases {
            assert_eq!(refusal(text), says, "{text}");
        }
        let says = refusal(r#"{"v":1,"protocol":"raft","network":{"jitter":1}}"#);
        assert!(
            says.starts_with("network.jitter: unknown field `jitter`, expected one of"),
            "{says}"
        );
        let says =
            refusal(r#"{"v":1,"protocol":"raft","commands":[{"at_us":0,"do":{"explode":1}}]}"#);
        assert!(says.starts_with("commands[0].do.explode: unknown variant `explode`"), "{says}");
    }

    #[test]
    fn other_versions_are_refused_in_words() {
        assert_eq!(
            refusal(r#"{"v":7,"protocol":"raft","unheard_of":true}"#),
            "v: made with a newer Synod: its version is 7, this one reads up to 1"
        );
        assert_eq!(refusal(r#"{"v":0,"protocol":"raft"}"#), "v: versions begin at 1");
    }

    #[test]
    fn too_much_is_refused_unread() {
        let text = " ".repeat(limits::JSON_MAX + 1);
        assert_eq!(refusal(&text), "1048577 bytes are too many; at most 1048576");
    }

    #[test]
    fn old_versions_fall_through_every_later_step() {
        let steps: [Migration; 3] = [
            |_| Err("the first step is not for this scenario".to_owned()),
            |value| {
                value["seed"] = Value::from(value["seed"].as_u64().unwrap_or_default() * 10);
                Ok(())
            },
            |value| {
                value["seed"] = Value::from(value["seed"].as_u64().unwrap_or_default() + 1);
                Ok(())
            },
        ];
        let migrated = migrate(r#"{"v":2,"seed":4}"#, 2, &steps).expect("both steps apply");
        assert_eq!(migrated, r#"{"seed":41,"v":4}"#);
        let failed = migrate(r#"{"v":1}"#, 1, &steps).expect_err("the first step refuses");
        assert_eq!(
            failed.to_string(),
            "version 1 cannot be read: the first step is not for this scenario"
        );
    }

    #[test]
    fn paths_are_found_in_anything() {
        let text = br#"{"a":[1,{"b\\":"}]","c":[[]]}]}"#;
        for line in 0..4 {
            for column in 0..40 {
                path_at(text, line, column);
            }
        }
        assert_eq!(path_at(text, 1, 25), "a[1].c[0]");
        assert_eq!(path_at(b"]]}}::,,\"", 1, 9), "");
    }
}

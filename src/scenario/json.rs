//! The JSON form: reading with bounds, versions and field paths, and writing.

use serde::de::DeserializeSeed;
use serde_json::Value;

use super::form::{self, Anything, Blank, Form, Reader, Trail};
use super::{Do, Problems, Scenario, VERSION, limits, oldest};

/// One step of schema history: rewrites a scenario of version `n` as one of version `n + 1`.
type Migration = fn(&mut Value) -> Result<(), String>;

/// Step `n - 1` leads from version `n` to `n + 1`; old scenarios fall through all that are left.
const MIGRATIONS: [Migration; VERSION as usize - 1] = [];

/// The longest sentence of the parser that is passed on, in characters.
const SAYS_MAX: usize = 600;

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
        let mut scenario = Scenario::blank();
        match version(text)? {
            older if !MIGRATIONS.is_empty() && older < VERSION => {
                read(&migrate(text, older, &MIGRATIONS)?, &mut scenario)?;
            }
            _ => read(text, &mut scenario)?,
        }
        Ok(scenario)
    }

    /// The compact JSON form, without the fields that say nothing.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        form::write(self, &mut text);
        text
    }

    /// The JSON form for files, indented.
    #[must_use]
    pub fn to_json_pretty(&self) -> String {
        // Plain fields under string keys: serde_json has nothing to refuse.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl Do {
    /// Reads a command as scenarios write it: `{"crash": "S1"}`.
    ///
    /// # Errors
    /// Not JSON or not a command, with the field and the line and column.
    pub fn from_json(text: &str) -> Result<Do, Problems> {
        let mut act = Do::blank();
        read(text, &mut act)?;
        Ok(act)
    }

    /// The command as scenarios write it.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        form::write(self, &mut text);
        text
    }
}

/// The schema version a text claims; 1 when it says nothing.
fn version(text: &str) -> Result<u32, Problems> {
    let mut versioned = Versioned { v: oldest(), rest: Anything };
    // What cannot be read at all is refused when it is read as a scenario, with more to say about it.
    let _ = read(text, &mut versioned);
    match versioned.v {
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

/// An object of which only the version matters.
struct Versioned {
    v: u32,
    rest: Anything,
}

impl Form for Versioned {
    fn shape(&self) -> form::Shape {
        form::Shape::Object(form::fields!({ v = default }))
    }

    fn part(&mut self, _: usize) -> &mut dyn Form {
        &mut self.v
    }

    fn entry(&mut self, _: &str) -> Option<&mut dyn Form> {
        Some(&mut self.rest)
    }
}

/// Brings an old scenario up to date, one version after the other.
fn migrate(text: &str, from: u32, steps: &[Migration]) -> Result<String, Problems> {
    let mut value: Value =
        serde_json::from_str(text).map_err(|error| Problems::one("", error.to_string()))?;
    for (v, step) in (1..).zip(steps).skip_while(|(v, _)| *v < from) {
        step(&mut value)
            .map_err(|says| Problems::one("", format!("version {v} cannot be read: {says}")))?;
        if let Some(fields) = value.as_object_mut() {
            fields.insert("v".to_owned(), Value::from(v + 1));
        }
    }
    Ok(value.to_string())
}

/// Fills in what a text holds.
pub(super) fn read(text: &str, form: &mut dyn Form) -> Result<(), Problems> {
    let mut trail = Trail::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let read = Reader { form, trail: &mut trail }.deserialize(&mut json);
    read.and_then(|()| json.end()).map_err(|error| {
        let says = trail.misfit.take().unwrap_or_else(|| unexpected(text, &error));
        let says = format!("{says} at line {} column {}", error.line(), error.column());
        // What was met is quoted, however long it is.
        Problems::one(trail.to_string(), says.chars().take(SAYS_MAX).collect::<String>())
    })
}

/// What is no JSON, where the parser stopped. Its own words would cost every visitor of the page a kilobyte.
fn unexpected(text: &str, error: &serde_json::Error) -> String {
    let line = text.lines().nth(error.line().saturating_sub(1)).filter(|_| !error.is_eof());
    let rest = line.and_then(|line| line.get(error.column().saturating_sub(1)..));
    match rest.and_then(|rest| rest.chars().next()) {
        Some(met) => format!("unexpected `{met}`"),
        None => "unexpected end of the JSON".to_owned(),
    }
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
                "commands[1].at_us: invalid type: string \"x\", expected a whole number from 0 at line 1 column 73",
            ),
            (
                "{\"v\":1,\n\"protocol\":\"raft\",\n\"clients\":{\"keys\":300}}",
                "clients.keys: invalid value: integer `300`, expected a whole number up to 255 at line 3 column 21",
            ),
            (
                r#"{"v":1,"protocol":"raft","set":{"a\"b":1,"x":-1}}"#,
                "set.x: invalid type: integer `-1`, expected true, false, a whole number from 0 or a word at line 1 column 47",
            ),
            (
                r#"{"v":1,"protocol":"raft","set":{"noop":true,"noop":false}}"#,
                "set.noop: duplicate field `noop` at line 1 column 50",
            ),
            (
                r#"{"v":1,"protocol":"raft","commands":[{"at_us":0,"do":"crash"}]}"#,
                "commands[0].do: `crash` alone says too little, expected {\"crash\": ...} at line 1 column 60",
            ),
            (
                r#"{"v":1,"protocol":"raft","commands":[{"at_us":0,"do":5}]}"#,
                "commands[0].do: invalid type: integer `5`, expected a name, or an object with one field at line 1 column 54",
            ),
            (
                r#"{"v":1,"protocol":"raft","network":[]}"#,
                "network: invalid type: list, expected an object at line 1 column 37",
            ),
            (r#"{"v":1}"#, "missing field `protocol` at line 1 column 7"),
            ("", "unexpected end of the JSON at line 1 column 0"),
            (r#"{"v":1,"#, "unexpected end of the JSON at line 1 column 7"),
            (r#"{"v":1,}"#, "unexpected `}` at line 1 column 8"),
            ("{\"v\":1,\n\"seed\":ü}", "seed: unexpected `ü` at line 2 column 8"),
            (r#"{"protocol":"raft"} {}"#, "unexpected `{` at line 1 column 21"),
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
}

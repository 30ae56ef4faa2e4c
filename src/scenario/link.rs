//! Links: `#v1:` and the base64url text of raw-deflated JSON.

use std::fmt;

use data_encoding::{BASE64URL_NOPAD, DecodeKind};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{
    DecompressorOxide, decompress, inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};

use super::{Problems, Quoted, Scenario, limits};

/// The name of the codec in front of a payload. It names the encoding; the
/// scenario inside has a version of its own.
const CODEC: &str = "v1";
/// The strongest the compressor has; a link is made once and sent often.
const LEVEL: u8 = 10;

/// Why a link cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It is longer than any link made here.
    Long {
        /// Its length in bytes.
        len: usize,
    },
    /// There is nothing after `#v1:`.
    Empty,
    /// It names an encoding this build does not have.
    Codec {
        /// What stands before the colon.
        name: String,
    },
    /// A character that is not in the alphabet.
    Character {
        /// The character, as far as one can be told.
        found: char,
        /// How many bytes of the payload come before it.
        position: usize,
    },
    /// Characters are missing at the end.
    Cut,
    /// The data is damaged.
    Damaged,
    /// Something follows the data.
    Behind {
        /// How many characters of the payload are the data.
        position: usize,
    },
    /// It inflates to more than a scenario can have.
    Large,
    /// What was packed is not text.
    Text {
        /// How many bytes of the inflated data are text.
        position: usize,
    },
    /// What was packed is not a scenario.
    Scenario(Problems),
    /// What stands behind the `#` is no scenario.
    Fragment {
        /// What stands there.
        found: String,
    },
    /// A query parameter does not make sense.
    Parameter {
        /// Its name.
        name: String,
        /// What is wrong and what would be right.
        says: String,
    },
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Long { len } => {
                write!(f, "the link has {len} bytes; at most {} are read", limits::LINK_MAX)
            }
            LinkError::Empty => f.write_str("the link has nothing after `#v1:`"),
            LinkError::Fragment { found } => write!(
                f,
                "{} behind the # is no link to a run; one begins with {CODEC}:",
                Quoted(found)
            ),
            LinkError::Codec { name } => write!(
                f,
                "the link's encoding {} is not known here, only \"{CODEC}\"; \
                 it was made with a newer Synod or is damaged",
                Quoted(name)
            ),
            LinkError::Character { found, position } => write!(
                f,
                "the character {} at position {position} of the link's data does not belong \
                 there; links have letters, digits, - and _",
                Quoted(found.encode_utf8(&mut [0; 4]))
            ),
            LinkError::Cut => {
                f.write_str("the link was cut off: data is missing at its end; copy all of it")
            }
            LinkError::Damaged => {
                f.write_str("the link is damaged: its data does not unpack; copy it again")
            }
            LinkError::Behind { position } => write!(
                f,
                "the link's data ends at position {position}, and what follows does not belong \
                 there; copy the link without it"
            ),
            LinkError::Large => {
                write!(f, "the link unpacks to more than {} bytes", limits::JSON_MAX)
            }
            LinkError::Text { position } => {
                write!(f, "the link is damaged: byte {position} of its contents is not text")
            }
            LinkError::Scenario(problems) => {
                write!(f, "the link does not hold a scenario: {problems}")
            }
            LinkError::Parameter { name, says } => write!(f, "the parameter {name}: {says}"),
        }
    }
}

impl std::error::Error for LinkError {}

/// The fragment that carries a scenario: `#v1:...`.
#[must_use]
pub fn encode(scenario: &Scenario) -> String {
    let packed = compress_to_vec(scenario.to_json().as_bytes(), LEVEL);
    let mut link = format!("#{CODEC}:");
    BASE64URL_NOPAD.encode_append(&packed, &mut link);
    link
}

/// Reads a payload, a fragment `#v1:...`, or a URL that has such a fragment.
///
/// # Errors
/// Says what is wrong with the link and where. No input panics, and none makes
/// this allocate more than a small multiple of the limits.
pub fn decode(link: &str) -> Result<Scenario, LinkError> {
    bounded(link)?;
    let link = link.trim();
    let fragment = link.split_once('#').map_or(link, |(_, fragment)| fragment);
    let payload = match codec(fragment) {
        None => fragment,
        Some((CODEC, payload)) => payload,
        Some((name, _)) => return Err(unknown_codec(name)),
    };
    unpack(payload)
}

/// Refuses what is longer than any link, before anything is made of it.
pub(super) fn bounded(link: &str) -> Result<(), LinkError> {
    if link.len() > limits::LINK_MAX {
        return Err(LinkError::Long { len: link.len() });
    }
    Ok(())
}

/// The codec's name and the payload, where a fragment has both.
///
/// Some programs escape the colon when they pass a link on.
pub(super) fn codec(fragment: &str) -> Option<(&str, &str)> {
    fragment
        .split_once(':')
        .or_else(|| fragment.split_once("%3A"))
        .or_else(|| fragment.split_once("%3a"))
}

/// Reads the scenario of a fragment, if the fragment is of that kind at all.
pub(super) fn fragment(fragment: &str) -> Option<Result<Scenario, LinkError>> {
    match codec(fragment)? {
        (CODEC, payload) => Some(unpack(payload)),
        (name, _) => Some(Err(unknown_codec(name))),
    }
}

fn unknown_codec(name: &str) -> LinkError {
    LinkError::Codec { name: name.chars().take(limits::NAME_MAX).collect() }
}

fn unpack(payload: &str) -> Result<Scenario, LinkError> {
    let payload = payload.trim_end_matches('=');
    if payload.is_empty() {
        return Err(LinkError::Empty);
    }
    let packed = BASE64URL_NOPAD.decode(payload.as_bytes()).map_err(|error| match error.kind {
        DecodeKind::Length => length_or_character(payload),
        DecodeKind::Symbol => character(payload, error.position),
        DecodeKind::Trailing | DecodeKind::Padding => LinkError::Cut,
    })?;
    let json = inflate(&packed)?;
    let json =
        str::from_utf8(&json).map_err(|error| LinkError::Text { position: error.valid_up_to() })?;
    Scenario::from_json(json).map_err(LinkError::Scenario)
}

/// Inflates all of the data, to no more than a scenario can have.
fn inflate(packed: &[u8]) -> Result<Vec<u8>, LinkError> {
    let mut state = Box::<DecompressorOxide>::default();
    let mut json = vec![0; (packed.len() * 2).min(limits::JSON_MAX)];
    let (mut read, mut written) = (0, 0);
    loop {
        let rest = packed.get(read..).unwrap_or_default();
        let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, taken, made) = decompress(&mut state, rest, &mut json, written, flags);
        (read, written) = (read + taken, written + made);
        match status {
            TINFLStatus::Done if read < packed.len() => {
                // Three bytes are four characters.
                return Err(LinkError::Behind { position: (read * 4).div_ceil(3) });
            }
            TINFLStatus::Done => {
                json.truncate(written);
                return Ok(json);
            }
            TINFLStatus::HasMoreOutput if json.len() < limits::JSON_MAX => {
                json.resize((json.len() * 2).min(limits::JSON_MAX), 0);
            }
            TINFLStatus::HasMoreOutput => return Err(LinkError::Large),
            TINFLStatus::FailedCannotMakeProgress | TINFLStatus::NeedsMoreInput => {
                return Err(LinkError::Cut);
            }
            _ => return Err(LinkError::Damaged),
        }
    }
}

/// A length that no payload has: of a stray character where there is one.
fn length_or_character(payload: &str) -> LinkError {
    let belongs = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    match payload.bytes().position(|b| !belongs(b)) {
        Some(position) => character(payload, position),
        None => LinkError::Cut,
    }
}

fn character(payload: &str, position: usize) -> LinkError {
    let found = payload.get(position..).and_then(|rest| rest.chars().next());
    LinkError::Character { found: found.unwrap_or(char::REPLACEMENT_CHARACTER), position }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Do;

    #[test]
    fn a_link_brings_back_its_scenario() {
        let scenario = Scenario::new("raft", 42).at_ms(100, Do::Crash("S1".to_owned()));
        let link = encode(&scenario);
        assert!(link.starts_with("#v1:"));
        assert_eq!(decode(&link), Ok(scenario.clone()));
        assert_eq!(decode(&link["#v1:".len()..]), Ok(scenario.clone()));
        let url = format!(" https://example.org/synod/?embed=1{link}\n");
        assert_eq!(decode(&url), Ok(scenario.clone()));
        assert_eq!(decode(&link.replace(':', "%3A")), Ok(scenario.clone()));
        assert_eq!(decode(&format!("{link}==")), Ok(scenario));
    }

    #[test]
    fn errors_say_what_is_wrong_and_where() {
        let link = encode(&Scenario::new("raft", 42).titled("A title", "And what it is about"));
        for len in "#v1:".len() + 1..link.len() {
            let error = decode(&link[..len]).expect_err("a part is not the whole");
            assert_eq!(error, LinkError::Cut, "the first {len} characters");
        }
        assert_eq!(decode("#v1:"), Err(LinkError::Empty));
        assert_eq!(decode("#v1:ab!d"), Err(LinkError::Character { found: '!', position: 2 }));
        assert_eq!(decode("#v1:abc é"), Err(LinkError::Character { found: ' ', position: 3 }));
        assert_eq!(decode("#v9:abcd"), Err(LinkError::Codec { name: "v9".to_owned() }));
        let long = "a".repeat(limits::LINK_MAX + 1);
        assert_eq!(decode(&long), Err(LinkError::Long { len: limits::LINK_MAX + 1 }));
        assert_eq!(decode(&pack(b"{\"v\":\xff}")), Err(LinkError::Text { position: 5 }));
        let says = decode(&pack(b"{\"v\":1,\"protocol\":3}")).expect_err("not a name").to_string();
        assert_eq!(
            says,
            "the link does not hold a scenario: protocol: \
             invalid type: integer `3`, expected a string at line 1 column 19"
        );
    }

    #[test]
    fn nothing_may_follow_the_data() {
        let json = Scenario::new("raft", 42).to_json();
        for level in [0, 1, LEVEL] {
            let packed = compress_to_vec(json.as_bytes(), level);
            let link = |packed: &[u8]| format!("#v1:{}", BASE64URL_NOPAD.encode(packed));
            assert!(decode(&link(&packed)).is_ok());
            for behind in [&[0][..], &[3, 0], b"more of it", &packed] {
                let error = decode(&link(&[&packed, behind].concat())).expect_err("it is too much");
                let position = link(&packed).len() - "#v1:".len();
                assert_eq!(error, LinkError::Behind { position }, "level {level}, {behind:?}");
            }
        }
    }

    #[test]
    fn a_small_link_cannot_become_a_large_scenario() {
        let bomb = pack(&vec![b' '; 64 * limits::JSON_MAX]);
        assert!(bomb.len() < limits::LINK_MAX);
        assert_eq!(decode(&bomb), Err(LinkError::Large));
    }

    fn pack(bytes: &[u8]) -> String {
        format!("#v1:{}", BASE64URL_NOPAD.encode(&compress_to_vec(bytes, LEVEL)))
    }
}

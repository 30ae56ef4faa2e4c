//! How messages travel.

use serde::Serialize;

use super::{form, is_default};

/// How messages travel, unless a link says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Network {
    /// How long a message takes.
    pub latency: Latency,
    /// How many messages are lost by chance.
    #[serde(skip_serializing_if = "is_default")]
    pub loss: Ratio,
    /// How many messages arrive twice.
    #[serde(skip_serializing_if = "is_default")]
    pub duplication: Ratio,
    /// Whether messages of one link keep their order.
    #[serde(skip_serializing_if = "is_default")]
    pub fifo: bool,
    /// Links that differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<LinkRule>,
}

impl Default for Network {
    fn default() -> Network {
        Network {
            latency: Latency::Uniform { min_us: 8_000, max_us: 12_000 },
            loss: Ratio::NEVER,
            duplication: Ratio::NEVER,
            fifo: false,
            links: Vec::new(),
        }
    }
}

/// How one directed link differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkRule {
    /// The sending end, by lane name.
    pub from: String,
    /// The receiving end, by lane name.
    pub to: String,
    /// How long a message takes here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// How many are lost here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<Ratio>,
    /// How many arrive twice here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplication: Option<Ratio>,
    /// Whether messages keep their order here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fifo: Option<bool>,
}

/// How long a message takes, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Latency {
    /// Always the same.
    Fixed {
        /// Microseconds.
        us: u64,
    },
    /// Anything in the range, equally likely.
    Uniform {
        /// The least.
        min_us: u64,
        /// The most.
        max_us: u64,
    },
    /// Around the median, with one message in a hundred taking several times as long.
    LongTail {
        /// Half of the messages are faster.
        median_us: u64,
    },
}

form::object!(Network = Network::default(), {
    latency = written,
    loss = default,
    duplication = default,
    fifo = default,
    links = default,
});

form::object!(LinkRule {
    from,
    to,
    latency = default,
    loss = default,
    duplication = default,
    fifo = default,
});

form::variants!(Latency = Latency::Fixed { us: 0 }, {
    "fixed" Fixed { us },
    "uniform" Uniform { min_us, max_us },
    "long_tail" LongTail { median_us },
});

form::object!(Ratio = Ratio::NEVER, { of, per });

/// A probability as a ratio of whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ratio {
    /// How many ...
    pub of: u32,
    /// ... in how many; at least 1.
    pub per: u32,
}

impl Ratio {
    /// It never happens.
    pub const NEVER: Ratio = Ratio { of: 0, per: 1 };

    /// So many in a hundred.
    pub const fn percent(of: u32) -> Ratio {
        Ratio { of, per: 100 }
    }
}

impl Default for Ratio {
    fn default() -> Ratio {
        Ratio::NEVER
    }
}

/// A named network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The name: `lan`.
    pub id: &'static str,
    /// What people read.
    pub title: &'static str,
    /// The network.
    pub network: Network,
}

impl Preset {
    /// All named networks, the gentlest first.
    pub fn all() -> Vec<Preset> {
        let plain = |latency| Network { latency, ..Network::default() };
        vec![
            Preset {
                id: "steady",
                title: "Steady: every message takes 10 ms",
                network: plain(Latency::Fixed { us: 10_000 }),
            },
            Preset { id: "default", title: "Classroom: 8 to 12 ms", network: Network::default() },
            Preset {
                id: "lan",
                title: "LAN: around 0.5 ms with a tail",
                network: plain(Latency::LongTail { median_us: 500 }),
            },
            Preset {
                id: "wan",
                title: "WAN: around 40 ms with a tail, some loss",
                network: Network {
                    loss: Ratio { of: 1, per: 500 },
                    ..plain(Latency::LongTail { median_us: 40_000 })
                },
            },
            Preset {
                id: "wifi",
                title: "Lossy Wi-Fi: around 5 ms, 5 % lost, 1 % doubled",
                network: Network {
                    loss: Ratio::percent(5),
                    duplication: Ratio::percent(1),
                    ..plain(Latency::LongTail { median_us: 5_000 })
                },
            },
        ]
    }
}

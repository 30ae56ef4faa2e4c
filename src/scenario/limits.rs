//! The bounds of a scenario. Everything in it has one.

/// The largest seed, 2^53 - 1: JavaScript holds every whole number up to it.
pub const SEED_MAX: u64 = (1 << 53) - 1;
/// The most nodes of a cluster, all classes together: more lanes than a reader can follow.
pub const NODES_MAX: u64 = 15;
/// The most clients.
pub const CLIENTS_MAX: u64 = 16;
/// The latest virtual time, in microseconds: a day.
pub const TIME_MAX_US: u64 = 24 * 60 * 60 * 1_000_000;
/// The longest latency, pause or delay, in microseconds: ten minutes.
pub const SPAN_MAX_US: u64 = 10 * 60 * 1_000_000;
/// The most commands.
pub const COMMANDS_MAX: usize = 2_000;
/// The most goals.
pub const GOALS_MAX: usize = 100;
/// The most captions.
pub const CAPTIONS_MAX: usize = 200;
/// The most invariants a scenario can expect to fall.
pub const EXPECT_MAX: usize = 20;
/// The most links that differ from the rest of the network.
pub const LINKS_MAX: usize = 1_000;
/// The most operations a client starts by itself.
pub const OPERATIONS_MAX: u64 = 1_000_000;
/// The most operations a client has open at once.
pub const WINDOW_MAX: u64 = 1_000;
/// The most keys in play: the letters of the alphabet.
pub const KEYS_MAX: u64 = 26;
/// The most events a goal, caption or interception counts.
pub const COUNT_MAX: u64 = 1_000_000;
/// The most effects of a step before a crash within it.
pub const EFFECTS_MAX: u64 = 1_000;
/// The slowest clock, in parts per million: a tenth of real speed.
pub const DRIFT_MIN_PPM: i32 = -900_000;
/// The fastest clock, in parts per million: twice real speed.
pub const DRIFT_MAX_PPM: i32 = 1_000_000;
/// The longest name of anything, in characters.
pub const NAME_MAX: usize = 64;
/// The longest title or name of a goal, in characters.
pub const TITLE_MAX: usize = 120;
/// The longest caption, in characters.
pub const CAPTION_MAX: usize = 600;
/// The longest description, in characters.
pub const ABOUT_MAX: usize = 2_000;
/// The longest JSON form, in bytes.
pub const JSON_MAX: usize = 1 << 20;
/// The longest link, in bytes; a scenario of `JSON_MAX` bytes that does not compress at all is longer.
pub const LINK_MAX: usize = 1 << 20;

/** The name of what happened; `docs/schema/events.json` says what each means. */
export type SynodEventKind =
  | "accepted"
  | "appended"
  | "applied"
  | "chosen"
  | "command"
  | "committed"
  | "crashed"
  | "delivered"
  | "depends"
  | "disk_lost"
  | "duplicated"
  | "epoch_changed"
  | "halted"
  | "ignored"
  | "invoked"
  | "link"
  | "lost"
  | "note"
  | "paused"
  | "persisted"
  | "promised"
  | "proposed"
  | "quorum_reached"
  | "recovered"
  | "restarted"
  | "resumed"
  | "returned"
  | "role_changed"
  | "sent"
  | "started"
  | "timed_out"
  | "timer_cancelled"
  | "timer_fired"
  | "timer_set"
  | "truncated"
  | "violated"
  | "voted_for";

/** Something that happened in a run. */
export interface SynodEvent {
  /** Its position in the run, from 0. */
  id: number;
  /** Virtual microseconds. */
  at_us: number;
  /** The lane: `S1`, `C1`, `world`. */
  place: string;
  kind: SynodEventKind;
  /** What happened, in words. */
  text: string;
  /** The id of the event that caused it, if one did. */
  cause?: number;
}

/** A node as it stands. */
export interface SynodNode {
  /** Its lane: `S1`. */
  name: string;
  up: boolean;
  /** Whether it takes no steps. */
  paused: boolean;
  /** `Leader`; empty while it is down. */
  role: string;
  /** `3`, `3.1`; empty while it is down. */
  epoch: string;
  /** Its state as pairs of name and text. */
  fields: [name: string, value: string][];
}

/** An invariant that has fallen. */
export interface SynodViolation {
  /** The literature's name. */
  invariant: string;
  /** The id of the event that broke it. */
  event: number;
  /** What happened, in a sentence. */
  detail: string;
}

/** How long a message takes, in microseconds. */
export type SynodLatency =
  | { fixed: { us: number } }
  | { uniform: { min_us: number; max_us: number } }
  | { long_tail: { median_us: number } };

/** A probability: so many `of` in `per`. */
export interface SynodRatio {
  of: number;
  per: number;
}

/** How one directed link differs from the others. */
export interface SynodLinkRule {
  from: string;
  to: string;
  latency?: SynodLatency;
  loss?: SynodRatio;
  duplication?: SynodRatio;
  fifo?: boolean;
}

/** How messages travel. */
export interface SynodNetwork {
  latency?: SynodLatency;
  loss?: SynodRatio;
  duplication?: SynodRatio;
  fifo?: boolean;
  links?: SynodLinkRule[];
}

/** The next messages of a sort, and what happens to them when they are sent. */
export interface SynodIntercept {
  /** The sender; any when nothing is said. */
  from?: string;
  /** The receiver; any when nothing is said. */
  to?: string;
  /** The kind of message, by name; any when nothing is said. */
  kind?: string;
  /** How many to let pass first. */
  skip?: number;
  /** How many to act on; 0 means one. */
  times?: number;
  act: "drop" | "duplicate" | { take: number } | { duplicate_taking: number };
}

/** What can be done to a run, as scenarios write it. Lanes are named as the diagram names them. */
export type SynodCommand =
  | { request: { client?: string; to?: string; op: string } }
  | { crash: string }
  | { crash_within: { node: string; effects: number } }
  | { restart: string }
  | { pause: string }
  | { resume: string }
  | { wipe: string }
  | { drift: { node: string; ppm: number } }
  | { disk: { node: string; delay_us: number } }
  | { partition: string[][] }
  | "heal"
  | { cut: { from: string; to: string } }
  | { mend: { from: string; to: string } }
  | { network: SynodNetwork }
  | { link: SynodLinkRule }
  | { deliver: number }
  | { drop: number }
  | { duplicate: number }
  | { delay: { message: number; until_us: number } }
  | { intercept: SynodIntercept }
  | { fire: { node: string; timer: string; key?: number } }
  | { postpone: { node: string; timer: string; key?: number; until_us: number } }
  | { manual: boolean };

/** The colours of a picture; `auto` is the reader's own. */
export type SynodTheme = "auto" | "light" | "dark";

//! `synod protocols`, `synod scenarios` and `synod rules`: what there is.

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;
use synod::protocols::{self, Protocol};
use synod::trace::{Info, ParamKind, RuleInfo};

use crate::end::{Clean, End};

#[derive(Args)]
pub(crate) struct Protocols {
    /// Everything there is to know about each, as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(crate) struct Scenarios {
    /// As JSON: id, protocol, title, breaks
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(crate) struct Rules {
    /// Only those of one protocol
    #[arg(long, value_name = "P")]
    protocol: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// A situation as `--json` lists it.
#[derive(Serialize)]
struct SituationRow {
    id: &'static str,
    protocol: String,
    title: String,
    breaks: Vec<String>,
}

/// A rule as `--json` lists it.
#[derive(Serialize)]
struct RuleRow {
    protocol: &'static str,
    rule: &'static str,
    row: &'static str,
    section: &'static str,
    invariant: &'static str,
    shortest_run: Option<u8>,
    situations: Vec<&'static str>,
    says: &'static str,
    broken: &'static str,
}

/// Lists the protocols.
pub(crate) fn protocols(args: &Protocols) -> End {
    let infos: Vec<&Info> = protocols::ALL.iter().map(|protocol| protocol.info).collect();
    if args.json {
        return json(&infos);
    }
    let mut out = io::stdout().lock();
    for (i, info) in infos.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{} - {}\n  {}\n  {}", info.id, info.name, info.summary, info.paper)?;
        let classes: Vec<&str> = info.classes.iter().map(|class| class.id).collect();
        writeln!(out, "  nodes: {}", classes.join(", "))?;
        writeln!(out, "  parameters:")?;
        let rows = info.params.iter().map(|spec| {
            [format!("    {}", spec.key), range(spec.kind), spec.title.to_owned()].to_vec()
        });
        table(&mut out, &rows.collect::<Vec<_>>())?;
    }
    Ok(Clean(true))
}

/// What a parameter can be, the default marked.
fn range(kind: ParamKind) -> String {
    match kind {
        ParamKind::Bool { default } => format!("true|false (default {default})"),
        ParamKind::Int { min, max, default, unit } => {
            format!("{min}..{max} {unit} (default {default})")
        }
        ParamKind::Choice { options, default } => {
            format!("{} (default {default})", options.join("|"))
        }
    }
}

/// Lists the situations.
pub(crate) fn scenarios(args: &Scenarios) -> End {
    let rows: Vec<SituationRow> = protocols::gallery()
        .map(|situation| SituationRow {
            id: situation.id,
            protocol: situation.scenario.protocol,
            title: situation.scenario.title,
            breaks: situation.scenario.broken,
        })
        .collect();
    if args.json {
        return json(&rows);
    }
    let mut lines = vec![["ID", "PROTOCOL", "BREAKS", "TITLE"].map(str::to_owned).to_vec()];
    lines.extend(rows.into_iter().map(|row| {
        let breaks = if row.breaks.is_empty() { "-".to_owned() } else { row.breaks.join(", ") };
        vec![row.id.to_owned(), row.protocol, breaks, row.title]
    }));
    table(&mut io::stdout().lock(), &lines)?;
    Ok(Clean(true))
}

/// Lists the rules.
pub(crate) fn rules(args: &Rules) -> End {
    let chosen: Vec<&Protocol> = match &args.protocol {
        Some(id) => vec![protocols::find(id)?],
        None => protocols::ALL.iter().collect(),
    };
    let rows: Vec<RuleRow> = chosen.into_iter().flat_map(rows_of).collect();
    if args.json {
        return json(&rows);
    }
    let head = ["PROTOCOL", "RULE", "ROW", "SECTION", "INVARIANT", "SHORTEST RUN", "SHOWN BY"];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    lines.extend(rows.iter().map(|row| {
        let shortest = row.shortest_run.map_or("-".to_owned(), |steps| format!("{steps} steps"));
        let shown = row.situations.first().copied().unwrap_or("-");
        let words = [row.protocol, row.rule, row.row, row.section, row.invariant, &shortest, shown];
        words.map(str::to_owned).to_vec()
    }));
    table(&mut io::stdout().lock(), &lines)?;
    Ok(Clean(true))
}

fn rows_of(protocol: &Protocol) -> Vec<RuleRow> {
    let situations = (protocol.situations)();
    let row = |rule: &RuleInfo| RuleRow {
        protocol: protocol.info.id,
        rule: rule.id,
        row: rule.row,
        section: rule.section,
        invariant: rule.guards,
        shortest_run: rule.shortest,
        situations: situations
            .iter()
            .filter(|situation| situation.scenario.broken.iter().any(|id| id == rule.id))
            .map(|situation| situation.id)
            .collect(),
        says: rule.says,
        broken: rule.broken,
    };
    protocol.info.rules.iter().map(row).collect()
}

/// Prints one JSON value, indented.
pub(crate) fn json(value: &impl Serialize) -> End {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value).map_err(io::Error::from)?;
    writeln!(out)?;
    Ok(Clean(true))
}

/// Prints rows in columns; the last one is as long as it is.
fn table(out: &mut impl Write, rows: &[Vec<String>]) -> io::Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        for (i, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            if i + 1 == row.len() {
                writeln!(out, "{cell}")?;
            } else {
                write!(out, "{cell:width$}  ")?;
            }
        }
    }
    Ok(())
}

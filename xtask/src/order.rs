//! Puts the functions of a program that are alike side by side.
//!
//! A compressor writes what it has seen before as "so many bytes, so far back", and nearby costs less than far
//! away. The order of the functions says nothing else, and in a good one the page's program is 1 % smaller to
//! download.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Parser, Payload, TypeRef};

/// So many bytes in a row are compared: about an instruction or two.
const PIECE: usize = 5;
/// What stands in more functions than this tells nothing about them.
const COMMON: usize = 60;
/// Divided among the functions that have a piece, and by their sizes: large enough to stay a whole number.
const WEIGHT: u64 = 1 << 24;

/// The program with its functions in an order in which each resembles the one before.
pub(crate) fn alike_side_by_side(program: &[u8]) -> Result<Vec<u8>> {
    let (mut imported, mut bodies) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(program) {
        match payload? {
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    let order = order(&bodies);
    let mut moved = vec![0; order.len()];
    for (to, from) in (0..).zip(&order) {
        moved[*from] = to;
    }
    let mut module = Module::new();
    Reorder { imported, order, moved }
        .parse_core_module(&mut module, Parser::new(0), program)
        .ok()
        .context("the program can be written in another order")?;
    Ok(module.finish())
}

/// The positions of functions, each followed by the one most like it that is left.
fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let pieces: Vec<BTreeSet<&[u8]>> =
        bodies.iter().map(|body| body.windows(PIECE).collect()).collect();
    let mut holders: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (function, pieces) in pieces.iter().enumerate() {
        for piece in pieces {
            holders.entry(piece).or_default().push(function);
        }
    }
    holders.retain(|_, holders| (2..=COMMON).contains(&holders.len()));
    let mut left: BTreeSet<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(bodies.len());
    let mut next = left.pop_first();
    while let Some(function) = next {
        order.push(function);
        let mut shared: BTreeMap<usize, u64> = BTreeMap::new();
        for holders in pieces[function].iter().filter_map(|piece| holders.get(piece)) {
            for other in holders.iter().filter(|other| left.contains(other)) {
                *shared.entry(*other).or_default() += WEIGHT / holders.len() as u64;
            }
        }
        // Of those that are equally like it the first, so that what stood together stays together.
        let alike = |(other, shared): &(usize, u64)| shared / pieces[*other].len() as u64;
        let best = shared.into_iter().rev().max_by_key(alike).map(|(other, _)| other);
        next = match best {
            Some(best) => left.take(&best),
            None => left.pop_first(),
        };
    }
    order
}

/// Writes a program with its functions in another order.
struct Reorder {
    /// How many functions the program imports; these stay first.
    imported: u32,
    /// Which function stands where.
    order: Vec<usize>,
    /// Where a function stands now.
    moved: Vec<u32>,
}

impl Reencode for Reorder {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Self::Error>> {
        let own = function.checked_sub(self.imported);
        Ok(own.map_or(function, |own| self.imported + self.moved[own as usize]))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        let types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        for from in &self.order {
            functions.function(types[*from]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for from in self.order.clone() {
            utils::parse_function_body(self, code, bodies[from].clone())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{ExportKind, ExportSection, Function, ImportSection, TypeSection};

    use super::*;

    #[test]
    fn what_is_alike_stands_together() {
        let bodies = ["one two three", "apples, pears", "one two four", "apples, plums"];
        let bodies: Vec<&[u8]> = bodies.iter().map(|body| body.as_bytes()).collect();
        assert_eq!(order(&bodies), [0, 2, 1, 3]);
        assert_eq!(order(&[]), [] as [usize; 0]);
    }

    /// The constants that the exported functions reach, by the names they are exported under.
    fn reached(program: &[u8]) -> Vec<(String, Vec<i32>)> {
        let (mut exports, mut bodies) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(program) {
            match payload.unwrap() {
                Payload::ExportSection(reader) => exports.extend(reader.into_iter().flatten()),
                Payload::CodeSectionEntry(body) => bodies.push(body),
                _ => {}
            }
        }
        let of = |function: u32| -> Vec<wasmparser::Operator<'_>> {
            let operators = bodies[function as usize - 1].get_operators_reader().unwrap();
            operators.into_iter().map(Result::unwrap).collect()
        };
        let constants = |function: u32| {
            of(function).into_iter().flat_map(move |operator| match operator {
                wasmparser::Operator::Call { function_index: 0 } => vec![-1],
                wasmparser::Operator::Call { function_index } => constants_in(&of(function_index)),
                operator => constants_in(&[operator]),
            })
        };
        exports
            .iter()
            .map(|export| (export.name.to_owned(), constants(export.index).collect()))
            .collect()
    }

    fn constants_in(operators: &[wasmparser::Operator<'_>]) -> Vec<i32> {
        let constant = |operator: &wasmparser::Operator<'_>| match operator {
            wasmparser::Operator::I32Const { value } => Some(*value),
            _ => None,
        };
        operators.iter().filter_map(constant).collect()
    }

    #[test]
    fn a_program_in_another_order_calls_the_same_functions() {
        let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
        types.ty().function([], []);
        imports.import("g", "a", wasm_encoder::EntityType::Function(0));
        let (mut functions, mut exports) = (FunctionSection::new(), ExportSection::new());
        let mut code = CodeSection::new();
        let constants =
            [[100, 200, 300], [7_000, 8_000, 9_000], [100, 200, 301], [7_000, 8_000, 1]];
        for (index, constants) in (0..).zip(constants) {
            functions.function(0);
            exports.export(&index.to_string(), ExportKind::Func, 1 + index);
            let mut body = Function::new([]);
            let mut body_of = body.instructions();
            for constant in constants {
                body_of.i32_const(constant).drop();
            }
            // Each calls the one behind it, and the last one what it imports.
            body_of.call((index + 2) % 5).end();
            code.function(&body);
        }
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions);
        let program = module.section(&exports).section(&code).clone().finish();
        let ordered = alike_side_by_side(&program).unwrap();
        assert_ne!(ordered, program);
        assert_eq!(reached(&ordered), reached(&program));
    }
}

//! What nothing of a program leads to any more, once some of its functions only stop it.
//!
//! A linker leaves out what nothing leads to, and has done so before the build replaces what the page never calls
//! ([`crate::optimise`]). The texts that only those functions showed, and the functions that only those texts' tables
//! named, would stay: no tool that comes later can tell a number from an address. Here the linker's own record of what
//! refers to what (`--emit-relocs`) is followed once more.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Context, Result, bail};
use wasmparser::{
    Data, DataKind, ExternalKind, FunctionBody, KnownCustom, Linking, Operator, Parser, Payload,
    RelocationEntry, RelocationType, SymbolInfo, TypeRef,
};

/// What of a program cannot be reached.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Unreached {
    /// The functions, by the numbers they have in it.
    pub(crate) functions: BTreeSet<u32>,
    /// Addresses in memory.
    pub(crate) data: Vec<Range<usize>>,
}

/// Finds it in a program as it was linked, whose functions of these numbers stop it.
///
/// # Errors
/// Where the program does not say what refers to what.
pub(crate) fn unreached(linked: &[u8], stops: &BTreeSet<u32>) -> Result<Unreached> {
    let program = Linked::read(linked)?;
    let mut reached = BTreeSet::new();
    let mut left: Vec<Thing> = program.roots.clone();
    while let Some(thing) = left.pop() {
        if !reached.insert(thing) {
            continue;
        }
        match thing {
            Thing::Function(function) if stops.contains(&function) => {}
            Thing::Function(function) => left.extend(program.used_by(function, stops)?),
            Thing::Data(symbol) => left.extend(program.named_in(symbol)),
            Thing::Other => {}
        }
    }
    let functions = program.own().filter(|it| !reached.contains(&Thing::Function(*it))).collect();
    Ok(Unreached { functions, data: program.data_without(&reached) })
}

/// What can be referred to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Thing {
    /// The function of a number.
    Function(u32),
    /// The data of a symbol, by its place in the table of symbols.
    Data(u32),
    /// What is neither.
    Other,
}

/// A linked program, as far as this needs it.
#[derive(Default)]
struct Linked<'a> {
    /// How many functions are imported: the others' numbers come behind theirs.
    imported: u32,
    bodies: Vec<FunctionBody<'a>>,
    data: Vec<Data<'a>>,
    /// What the outside can call.
    roots: Vec<Thing>,
    symbols: Vec<Thing>,
    /// The segment and the bytes in it of each symbol that is data.
    places: BTreeMap<u32, (usize, Range<usize>)>,
    /// What is referred to, by where in the file that stands.
    references: BTreeMap<u64, Thing>,
}

impl<'a> Linked<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut program = Self::default();
        // Where the sections begin whose bytes are referred from, by their numbers.
        let mut starts = Vec::new();
        let mut relocations: Vec<(u32, RelocationEntry)> = Vec::new();
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            if let Some((_, range)) = payload.as_section() {
                starts.push(range.start);
            }
            match payload {
                Payload::ImportSection(reader) => {
                    for import in reader.into_imports() {
                        program.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::ExportSection(reader) => {
                    for export in reader {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            program.roots.push(Thing::Function(export.index));
                        }
                    }
                }
                Payload::StartSection { func, .. } => program.roots.push(Thing::Function(func)),
                Payload::CodeSectionEntry(body) => program.bodies.push(body),
                Payload::DataSection(reader) => {
                    program.data = reader.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::CustomSection(section) => match section.as_known() {
                    KnownCustom::Linking(reader) => {
                        for part in reader {
                            if let Linking::SymbolTable(symbols) = part? {
                                program.take_symbols(symbols)?;
                            }
                        }
                    }
                    KnownCustom::Reloc(reader) => {
                        let section = reader.section_index();
                        for entry in reader.entries() {
                            relocations.push((section, entry?));
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        for (section, entry) in relocations {
            let start = starts.get(section as usize).context("what refers stands in a section")?;
            program.take_reference(start + u64::from(entry.offset), entry)?;
        }
        if program.references.is_empty() {
            bail!("the linker did not say what refers to what");
        }
        Ok(program)
    }

    fn take_symbols(&mut self, symbols: wasmparser::SymbolInfoMap<'a>) -> Result<()> {
        for (number, symbol) in (0..).zip(symbols) {
            self.symbols.push(match symbol? {
                SymbolInfo::Func { index, .. } => Thing::Function(index),
                SymbolInfo::Data { symbol: Some(place), .. } => {
                    let from = place.offset as usize;
                    let bytes = from..from + place.size as usize;
                    self.places.insert(number, (place.index as usize, bytes));
                    Thing::Data(number)
                }
                _ => Thing::Other,
            });
        }
        Ok(())
    }

    fn take_reference(&mut self, at: u64, entry: RelocationEntry) -> Result<()> {
        use RelocationType as Ty;
        match entry.ty {
            Ty::FunctionIndexLeb
            | Ty::TableIndexSleb
            | Ty::TableIndexI32
            | Ty::MemoryAddrLeb
            | Ty::MemoryAddrSleb
            | Ty::MemoryAddrI32 => {
                let symbol = self.symbols.get(entry.index as usize);
                self.references.insert(at, *symbol.context("what is referred to is a symbol")?);
            }
            Ty::TypeIndexLeb | Ty::GlobalIndexLeb | Ty::TableNumberLeb => {}
            other => bail!("a reference of the kind {other:?} is not understood"),
        }
        Ok(())
    }

    /// The functions that have bodies.
    fn own(&self) -> impl Iterator<Item = u32> {
        self.imported..self.imported + self.bodies.len() as u32
    }

    /// What a function refers to, but for what only leads up to a stop.
    fn used_by(&self, function: u32, stops: &BTreeSet<u32>) -> Result<Vec<Thing>> {
        let Some(body) = function.checked_sub(self.imported) else { return Ok(Vec::new()) };
        let body = self.bodies.get(body as usize).context("a function has a body")?;
        let mut used = Vec::new();
        // What stands between two places at which something else may see what was done.
        let mut pending = Vec::new();
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            let from = reader.original_position();
            let operator = reader.read()?;
            let named = self.references.range(from..reader.original_position());
            pending.extend(named.map(|(_, thing)| *thing));
            match operator {
                Operator::Unreachable => pending.clear(),
                Operator::Call { function_index } if stops.contains(&function_index) => {
                    pending.clear();
                }
                Operator::Call { .. }
                | Operator::CallIndirect { .. }
                | Operator::Block { .. }
                | Operator::Loop { .. }
                | Operator::If { .. }
                | Operator::Else
                | Operator::End
                | Operator::Br { .. }
                | Operator::BrIf { .. }
                | Operator::BrTable { .. }
                | Operator::Return => used.append(&mut pending),
                _ => {}
            }
        }
        Ok(used)
    }

    /// What the data of a symbol refers to.
    fn named_in(&self, symbol: u32) -> Vec<Thing> {
        let Some((segment, bytes)) = self.places.get(&symbol) else { return Vec::new() };
        let Some(segment) = self.data.get(*segment) else { return Vec::new() };
        // The bytes of a segment are the last of what describes it.
        let start = segment.range.end - segment.data.len() as u64;
        let range = start + bytes.start as u64..start + bytes.end as u64;
        self.references.range(range).map(|(_, thing)| *thing).collect()
    }

    /// The addresses of data that has symbols, none of which is reached.
    fn data_without(&self, reached: &BTreeSet<Thing>) -> Vec<Range<usize>> {
        let mut unreached = Vec::new();
        for (index, segment) in self.data.iter().enumerate() {
            let Some(address) = address_of(segment) else { continue };
            let of_segment = || self.places.iter().filter(|(_, (of, _))| *of == index);
            let mut is_dead = vec![false; segment.data.len()];
            for (_, (_, bytes)) in of_segment() {
                is_dead[bytes.clone()].fill(true);
            }
            for (symbol, (_, bytes)) in of_segment() {
                if reached.contains(&Thing::Data(*symbol)) {
                    is_dead[bytes.clone()].fill(false);
                }
            }
            let mut at = address;
            for bytes in is_dead.chunk_by(|one, next| one == next) {
                if bytes[0] {
                    unreached.push(at..at + bytes.len());
                }
                at += bytes.len();
            }
        }
        unreached
    }
}

/// Where in memory a segment begins, if the program says so itself.
pub(crate) fn address_of(segment: &Data<'_>) -> Option<usize> {
    let DataKind::Active { offset_expr, .. } = &segment.kind else { return None };
    match offset_expr.get_operators_reader().read() {
        Ok(Operator::I32Const { value }) => Some(value.cast_unsigned() as usize),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use wasm_encoder::{
        CodeSection, ConstExpr, CustomSection, DataSection, Encode as _, EntityType, ExportKind,
        ExportSection, Function, FunctionSection, ImportSection, LinkingSection, Module, NameMap,
        NameSection, SymbolTable, TypeSection,
    };

    use super::*;

    /// What the functions of [`linked`] are called: the first starts, the second is to be a stop.
    pub(crate) const NAMES: [&str; 4] = [
        "main",
        "yew::dom_bundle::braw::attach",
        "core::ptr::drop_in_place<yew::dom_bundle::braw::X>",
        "shown",
    ];
    /// Where its data begins: four things of four bytes.
    pub(crate) const AT: usize = 1_000;
    pub(crate) const MEMORY: &[u8; 16] = b"goodloudtab.deep";

    /// A program with the linker's record, in which the first function uses the first of its data and calls the third;
    /// it hands the second of its data to the second function, which shows the other two. Of these one names the
    /// fourth function.
    pub(crate) fn linked() -> Vec<u8> {
        let (mut types, mut imports, mut functions) =
            (TypeSection::new(), ImportSection::new(), FunctionSection::new());
        types.ty().function([], []);
        imports.import("./glue.js", "tell", EntityType::Function(0));
        let (mut exports, mut code, mut names) =
            (ExportSection::new(), CodeSection::new(), NameMap::new());
        exports.export("main", ExportKind::Func, 1);
        let bodies: [fn(&mut Function); 4] = [
            |body| {
                let mut at = body.instructions();
                at.i32_const(0).drop().call(3);
                at.i32_const(1).if_(wasm_encoder::BlockType::Empty);
                at.i32_const(0).drop().call(2).end().end();
            },
            |body| {
                body.instructions().i32_const(0).drop().i32_const(0).drop().call(0).end();
            },
            |body| {
                body.instructions().call(0).end();
            },
            |body| {
                body.instructions().call(0).end();
            },
        ];
        for ((number, name), write) in (1..).zip(NAMES).zip(bodies) {
            functions.function(0);
            let mut body = Function::new([]);
            write(&mut body);
            code.function(&body);
            names.append(number, name);
        }
        let mut data = DataSection::new();
        data.active(0, &ConstExpr::i32_const(i32::try_from(AT).unwrap()), MEMORY.iter().copied());
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&exports);
        module.section(&code).section(&data);

        let mut symbols = SymbolTable::new();
        for (number, name) in (1..).zip(NAMES) {
            symbols.function(0, number, Some(name));
        }
        for (place, name) in (0..).zip(["good", "loud", "tab", "deep"]) {
            let definition =
                wasm_encoder::DataSymbolDefinition { index: 0, offset: 4 * place, size: 4 };
            symbols.data(0, name, Some(definition));
        }
        let references = places(&module.clone().finish());
        module.section(LinkingSection::new().symbol_table(&symbols));
        for (section, entries) in references {
            let mut bytes = Vec::new();
            section.encode(&mut bytes);
            (entries.len() as u32).encode(&mut bytes);
            for (kind, offset, symbol) in entries {
                bytes.push(kind as u8);
                offset.encode(&mut bytes);
                symbol.encode(&mut bytes);
                if kind != RelocationType::FunctionIndexLeb && kind != RelocationType::TableIndexI32
                {
                    0_i32.encode(&mut bytes);
                }
            }
            module.section(&CustomSection { name: "reloc.".into(), data: bytes.into() });
        }
        let mut section = NameSection::new();
        section.functions(&names);
        module.section(&section);
        module.finish()
    }

    /// Its kind, where in its section it stands, and the symbol that is meant.
    type Reference = (RelocationType, u32, u32);

    /// Which section refers to which symbols: what the constants and the calls of the program are, in their order,
    /// and what the third of its data names.
    fn places(program: &[u8]) -> [(u32, Vec<Reference>); 2] {
        let (mut found, mut start) = (Vec::new(), 0);
        let mut data = 0;
        for payload in Parser::new(0).parse_all(program) {
            let payload = payload.unwrap();
            if let Some((_, section)) = payload.as_section() {
                start = section.start;
            }
            match payload {
                Payload::CodeSectionEntry(body) => {
                    let mut reader = body.get_operators_reader().unwrap();
                    while !reader.eof() {
                        let at = (reader.original_position() + 1 - start) as u32;
                        match reader.read().unwrap() {
                            // A one is a number.
                            Operator::I32Const { value: 0 } => found.push((at, None)),
                            Operator::Call { function_index } if function_index > 0 => {
                                found.push((at, Some(function_index - 1)));
                            }
                            _ => {}
                        }
                    }
                }
                Payload::DataSection(reader) => {
                    let segment = reader.into_iter().next().unwrap().unwrap();
                    data = (segment.range.end - segment.data.len() as u64 - start) as u32;
                }
                _ => {}
            }
        }
        let mut constants = 4..8;
        let of_code = |(at, call): (u32, Option<u32>)| match call {
            Some(function) => (RelocationType::FunctionIndexLeb, at, function),
            None => (RelocationType::MemoryAddrSleb, at, constants.next().unwrap()),
        };
        let code = found.into_iter().map(of_code).collect();
        [(4, code), (5, vec![(RelocationType::TableIndexI32, data + 8, 3)])]
    }

    #[test]
    fn what_only_a_stop_led_to_is_unreached() {
        let program = linked();
        let all = unreached(&program, &BTreeSet::new()).unwrap();
        assert_eq!(all, Unreached::default());
        let rest = unreached(&program, &BTreeSet::from([2])).unwrap();
        assert_eq!(
            rest.functions,
            BTreeSet::from([2, 4]),
            "a stop is called by nothing that goes on"
        );
        assert_eq!(rest.data, vec![AT + 4..AT + 16]);
    }

    #[test]
    fn a_program_without_the_linkers_record_is_refused() {
        assert!(unreached(&Module::new().finish(), &BTreeSet::new()).is_err());
    }
}

//! Writing the two parts of a program.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind,
    ExportSection, Function, FunctionSection, GlobalSection, ImportSection, Instruction,
    MemorySection, Module, TableSection, TypeSection,
};
use wasmparser::{FuncType, FunctionBody, Operator};

use super::cold;
use super::program::{Program, TABLE};
use crate::order;

/// The module that the second part imports from the first.
pub(crate) const FIRST: &str = "first";
/// The function of the glue that puts the second part into its place.
pub(crate) const LOAD: &str = "load_rest";

/// Where things of the whole program are, once it is in two parts.
pub(super) struct Plan<'a> {
    program: &'a Program<'a>,
    /// The functions of the first part, in their order, and what it calls of its glue's.
    hot: Vec<u32>,
    imports: Vec<u32>,
    /// The functions of the second part, in their order.
    cold: Vec<u32>,
    /// The slots of those cold functions that the first part can call.
    slots: BTreeMap<u32, u32>,
    /// All slots of the table, those that were added included.
    table: BTreeMap<u32, u32>,
    /// What the second part calls and does not have: functions of the first, and of the glue.
    lent: Vec<u32>,
}

impl<'a> Plan<'a> {
    /// Where everything goes, given the functions of the second part.
    pub(super) fn new(program: &'a Program<'a>, cold: &BTreeSet<u32>) -> Result<Self> {
        let mut table = program.slots.clone();
        let mut slots: BTreeMap<u32, u32> = BTreeMap::new();
        for (slot, function) in &program.slots {
            if cold.contains(function) {
                slots.entry(*function).or_insert(*slot);
            }
        }
        let size = program.tables.first().context("the program has no table")?.ty.initial;
        let mut next = u32::try_from(size)?;
        for function in cold::entries(program, cold) {
            slots.entry(function).or_insert_with(|| {
                table.insert(next, function);
                next += 1;
                next - 1
            });
        }
        let alike = |functions: Vec<u32>| -> Vec<u32> {
            let bodies = functions.iter().filter_map(|function| program.body(*function));
            let bodies: Vec<&[u8]> = bodies.map(FunctionBody::as_bytes).collect();
            let order = order::alike_side_by_side(&bodies);
            order.into_iter().map(|at| functions[at]).collect()
        };
        let (imports, hot): (Vec<u32>, Vec<u32>) =
            cold::reached(program, cold).into_iter().partition(|it| *it < program.imported());
        let (hot, cold_in_order) = (alike(hot), alike(cold.iter().copied().collect()));
        // In the order of their numbers in the first part, which is the cheapest to write down.
        let called: BTreeSet<u32> = cold.iter().flat_map(|it| program.calls_of(*it)).collect();
        let all = (0..program.imported()).chain(hot.iter().copied());
        let lent = all.filter(|function| called.contains(function)).collect();
        Ok(Self { program, hot, imports, cold: cold_in_order, slots, table, lent })
    }

    /// The first part: what is hot, and for each cold function that it can call one that fetches the second part.
    pub(super) fn first(&self) -> Result<Vec<u8>> {
        let program = self.program;
        let mut imports = ImportSection::new();
        let mut part = Part::new(program, &self.slots);
        let glue = program.imports.first().context("the program imports nothing")?.module;
        for function in &self.imports {
            part.import(&mut imports, *function)?;
        }
        let load = part.count;
        let nothing = part.type_of(&FuncType::new([], []));
        imports.import(glue, LOAD, EntityType::Function(nothing));
        part.count += 1;

        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        for function in &self.hot {
            part.number(*function);
            functions.function(part.type_index(program.functions[*function as usize])?);
        }
        let mut stubs = BTreeMap::new();
        for function in self.slots.keys() {
            stubs.insert(*function, part.count);
            part.count += 1;
            functions.function(part.type_index(program.functions[*function as usize])?);
        }
        for function in &self.hot {
            code.function(&part.body(program.body(*function).context("a body")?)?);
        }
        for function in self.slots.keys() {
            code.function(&part.stub(*function, load)?);
        }
        let mut table = BTreeMap::new();
        for (slot, function) in &self.table {
            let stub = stubs.get(function).copied();
            table.insert(*slot, stub.map_or_else(|| part.function_index(*function), Ok)?);
        }
        let mut exports = self.exports_of_first(&mut part)?;
        for function in self.lent.iter().filter(|it| **it >= program.imported()) {
            exports.export(&lent(*function), ExportKind::Func, part.function_index(*function)?);
        }
        let (mut memories, mut globals) = (MemorySection::new(), GlobalSection::new());
        for memory in &program.memories {
            memories.memory(part.memory_type(*memory)?);
        }
        for global in &program.globals {
            part.parse_global(&mut globals, global.clone())?;
        }
        let mut data = DataSection::new();
        for segment in &program.data {
            part.parse_data(&mut data, segment.clone())?;
        }
        let mut module = Module::new();
        module.section(&part.type_section()?).section(&imports).section(&functions);
        module.section(&self.tables(&mut part)?).section(&memories).section(&globals);
        module.section(&exports).section(&elements(&table)).section(&code).section(&data);
        Ok(module.finish())
    }

    /// The second part: the cold functions, which put themselves into the table.
    pub(super) fn rest(&self) -> Result<Vec<u8>> {
        let program = self.program;
        let (mut imports, none) = (ImportSection::new(), BTreeMap::new());
        let mut part = Part::new(program, &none);
        for (index, memory) in (0..).zip(&program.memories) {
            imports.import(FIRST, &shared("memory", index), part.memory_type(*memory)?);
        }
        for (index, table) in (0..).zip(&program.tables) {
            let mut ty = part.table_type(table.ty)?;
            self.grow(index, &mut ty);
            imports.import(FIRST, &shared("table", index), ty);
        }
        for (index, global) in (0..).zip(&program.globals) {
            imports.import(FIRST, &shared("global", index), part.global_type(global.ty)?);
        }
        for function in &self.lent {
            if *function < program.imported() {
                part.import(&mut imports, *function)?;
            } else {
                let ty = part.type_index(program.functions[*function as usize])?;
                imports.import(FIRST, &lent(*function), EntityType::Function(ty));
                part.number(*function);
            }
        }
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        for function in &self.cold {
            part.number(*function);
            functions.function(part.type_index(program.functions[*function as usize])?);
        }
        for function in &self.cold {
            code.function(&part.body(program.body(*function).context("a body")?)?);
        }
        let mut table = BTreeMap::new();
        for (slot, function) in self.table.iter().filter(|(_, it)| self.slots.contains_key(it)) {
            table.insert(*slot, part.function_index(*function)?);
        }
        let mut module = Module::new();
        module.section(&part.type_section()?).section(&imports).section(&functions);
        module.section(&elements(&table)).section(&code);
        Ok(module.finish())
    }

    /// What the whole program exports, and what its parts share.
    fn exports_of_first(&self, part: &mut Part<'_>) -> Result<ExportSection> {
        let mut exports = ExportSection::new();
        for export in &self.program.exports {
            part.parse_export(&mut exports, *export)?;
        }
        let all = [
            ("memory", ExportKind::Memory, self.program.memories.len()),
            ("table", ExportKind::Table, self.program.tables.len()),
            ("global", ExportKind::Global, self.program.globals.len()),
        ];
        for (what, kind, count) in all {
            for index in 0..count as u32 {
                exports.export(&shared(what, index), kind, index);
            }
        }
        Ok(exports)
    }

    fn tables(&self, part: &mut Part<'_>) -> Result<TableSection> {
        let mut section = TableSection::new();
        for (index, table) in (0..).zip(&self.program.tables) {
            let mut ty = part.table_type(table.ty)?;
            self.grow(index, &mut ty);
            section.table(ty);
        }
        Ok(section)
    }

    /// Makes room for the slots that were added.
    fn grow(&self, index: u32, table: &mut wasm_encoder::TableType) {
        if index == TABLE {
            let last = self.table.last_key_value().map_or(0, |(slot, _)| u64::from(*slot) + 1);
            table.minimum = table.minimum.max(last);
            table.maximum = table.maximum.map(|maximum| maximum.max(table.minimum));
        }
    }
}

/// What a function that the first part lends to the second is called between them.
fn lent(function: u32) -> String {
    shared("function", function)
}

fn shared(what: &str, index: u32) -> String {
    format!("{what}-{index}")
}

/// Puts functions into the slots of the table.
fn elements(table: &BTreeMap<u32, u32>) -> ElementSection {
    let mut section = ElementSection::new();
    let mut left = table.iter().peekable();
    while let Some((start, function)) = left.next() {
        let mut run = vec![*function];
        while let Some((_, function)) =
            left.next_if(|(slot, _)| **slot == *start + run.len() as u32)
        {
            run.push(*function);
        }
        let offset = ConstExpr::i32_const(start.cast_signed());
        section.active(None, &offset, Elements::Functions(run.into()));
    }
    section
}

/// One part while it is written: the numbers that things of the whole program have in it.
struct Part<'a> {
    program: &'a Program<'a>,
    functions: BTreeMap<u32, u32>,
    /// How many functions have a number.
    count: u32,
    /// Functions that are called through a slot of the table.
    slots: &'a BTreeMap<u32, u32>,
    /// The types that it uses, in the order of their numbers.
    types: Vec<FuncType>,
}

impl<'a> Part<'a> {
    fn new(program: &'a Program<'a>, slots: &'a BTreeMap<u32, u32>) -> Self {
        Self { program, functions: BTreeMap::new(), count: 0, slots, types: Vec::new() }
    }

    fn number(&mut self, function: u32) {
        self.functions.insert(function, self.count);
        self.count += 1;
    }

    fn import(&mut self, imports: &mut ImportSection, function: u32) -> Result<()> {
        let import = &self.program.imports[function as usize];
        imports.import(import.module, import.name, self.entity_type(import.ty)?);
        self.number(function);
        Ok(())
    }

    fn type_of(&mut self, ty: &FuncType) -> u32 {
        let known = self.types.iter().position(|it| it == ty);
        known.unwrap_or_else(|| {
            self.types.push(ty.clone());
            self.types.len() - 1
        }) as u32
    }

    fn type_section(&mut self) -> Result<TypeSection> {
        let mut section = TypeSection::new();
        for ty in self.types.clone() {
            let ty = self.func_type(ty)?;
            section.ty().func_type(&ty);
        }
        Ok(section)
    }

    /// A body of the whole program, for this part.
    fn body(&mut self, body: &FunctionBody<'_>) -> Result<Function> {
        let mut function = self.new_function_with_parsed_locals(body)?;
        for operator in body.get_operators_reader()? {
            let operator = operator?;
            match operator {
                Operator::Call { function_index } => self.call(&mut function, function_index)?,
                _ => {
                    function.instruction(&self.instruction(operator)?);
                }
            }
        }
        Ok(function)
    }

    fn call(&mut self, into: &mut Function, function: u32) -> Result<()> {
        if let Some(slot) = self.slots.get(&function) {
            let type_index = self.type_index(self.program.functions[function as usize])?;
            into.instruction(&Instruction::I32Const(slot.cast_signed()));
            into.instruction(&Instruction::CallIndirect { type_index, table_index: TABLE });
        } else {
            into.instruction(&Instruction::Call(self.function_index(function)?));
        }
        Ok(())
    }

    /// What stands in the slot of a cold function until the second part takes it: fetches that part, and tries again.
    fn stub(&mut self, function: u32, load: u32) -> Result<Function> {
        let mut stub = Function::new([]);
        stub.instruction(&Instruction::Call(load));
        let parameters = self.program.type_of(function)?.params().len();
        for parameter in 0..parameters as u32 {
            stub.instruction(&Instruction::LocalGet(parameter));
        }
        self.call(&mut stub, function)?;
        stub.instruction(&Instruction::End);
        Ok(stub)
    }
}

impl Reencode for Part<'_> {
    type Error = Elsewhere;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Self::Error>> {
        self.functions.get(&function).copied().ok_or(Error::UserError(Elsewhere))
    }

    fn type_index(&mut self, ty: u32) -> Result<u32, Error<Self::Error>> {
        let ty = self.program.types.get(ty as usize).ok_or(Error::UserError(Elsewhere))?;
        Ok(self.type_of(&ty.clone()))
    }

    fn data_index(&mut self, _: u32) -> Result<u32, Error<Self::Error>> {
        Err(Error::UserError(Elsewhere))
    }
}

/// A part refers to what it does not have: a mistake in the split.
#[derive(Debug)]
struct Elsewhere;

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part of the program refers to what is in neither")
    }
}

impl std::error::Error for Elsewhere {}

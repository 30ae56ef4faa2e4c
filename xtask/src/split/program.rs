//! A program in memory, as far as a split needs to know it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use wasmparser::{
    Data, Element, ElementItems, ElementKind, Export, ExternalKind, FuncType, FunctionBody, Global,
    Import, MemoryType, Operator, Parser, Payload, Table, TypeRef,
};

use crate::names;

/// The table that functions are called through.
pub(super) const TABLE: u32 = 0;

/// A program's sections, read.
#[derive(Default)]
pub(super) struct Program<'a> {
    pub(super) types: Vec<FuncType>,
    /// What it imports: functions alone.
    pub(super) imports: Vec<Import<'a>>,
    /// The type of every function, the imported ones first.
    pub(super) functions: Vec<u32>,
    pub(super) bodies: Vec<FunctionBody<'a>>,
    pub(super) tables: Vec<Table<'a>>,
    pub(super) memories: Vec<MemoryType>,
    pub(super) globals: Vec<Global<'a>>,
    pub(super) exports: Vec<Export<'a>>,
    /// Which function stands in which slot of [`TABLE`].
    pub(super) slots: BTreeMap<u32, u32>,
    pub(super) data: Vec<Data<'a>>,
    /// The functions' names in the sources.
    names: BTreeMap<u32, String>,
    /// The functions that each body calls by number.
    calls: Vec<BTreeSet<u32>>,
}

impl<'a> Program<'a> {
    /// Reads a program; an error where it has what this project's programs do not.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut program = Self { names: names::of_functions(bytes)?, ..Self::default() };
        for payload in Parser::new(0).parse_all(bytes) {
            program.take(payload?)?;
        }
        program.calls = program.bodies.iter().map(called_in).collect::<Result<_>>()?;
        Ok(program)
    }

    fn take(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::TypeSection(reader) => {
                self.types = reader.into_iter_err_on_gc_types().collect::<Result<_, _>>()?;
            }
            Payload::ImportSection(reader) => {
                self.imports = reader.into_imports().collect::<Result<_, _>>()?;
                for import in &self.imports {
                    let TypeRef::Func(ty) = import.ty else {
                        bail!("{} is imported and no function", import.name);
                    };
                    self.functions.push(ty);
                }
            }
            Payload::FunctionSection(reader) => {
                for ty in reader {
                    self.functions.push(ty?);
                }
            }
            Payload::TableSection(reader) => {
                self.tables = reader.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::MemorySection(reader) => {
                self.memories = reader.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::GlobalSection(reader) => {
                self.globals = reader.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::ExportSection(reader) => {
                self.exports = reader.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::ElementSection(reader) => {
                for element in reader {
                    self.fill_slots(element?)?;
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::DataSection(reader) => {
                self.data = reader.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::Version { .. }
            | Payload::CustomSection(_)
            | Payload::CodeSectionStart { .. }
            | Payload::DataCountSection { .. }
            | Payload::End(_) => {}
            other => bail!("a section that is not understood: {other:?}"),
        }
        Ok(())
    }

    fn fill_slots(&mut self, element: Element<'a>) -> Result<()> {
        let ElementKind::Active { table_index, offset_expr } = element.kind else {
            bail!("functions that are put into a table later are not understood");
        };
        ensure!(table_index.unwrap_or(TABLE) == TABLE, "functions stand in a second table");
        let ElementItems::Functions(functions) = element.items else {
            bail!("a table that holds more than functions is not understood");
        };
        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
            bail!("a table's place is computed, which is not understood");
        };
        for (slot, function) in (value.cast_unsigned()..).zip(functions) {
            self.slots.insert(slot, function?);
        }
        Ok(())
    }

    /// The numbers of the functions that are imported come before this one.
    pub(super) fn imported(&self) -> u32 {
        self.imports.len() as u32
    }

    /// The numbers of the functions that it has itself.
    pub(super) fn own(&self) -> std::ops::Range<u32> {
        self.imported()..self.functions.len() as u32
    }

    /// A function of its own.
    pub(super) fn body(&self, function: u32) -> Option<&FunctionBody<'a>> {
        self.bodies.get(function.checked_sub(self.imported())? as usize)
    }

    /// The bytes of a function of its own.
    pub(super) fn size(&self, function: u32) -> u64 {
        self.body(function).map_or(0, |body| body.range().end - body.range().start)
    }

    /// What a function calls by number.
    pub(super) fn calls_of(&self, function: u32) -> impl Iterator<Item = u32> + '_ {
        let own = function.checked_sub(self.imported());
        own.and_then(|own| self.calls.get(own as usize)).into_iter().flatten().copied()
    }

    /// A function's type.
    pub(super) fn type_of(&self, function: u32) -> Result<&FuncType> {
        let ty = self.functions.get(function as usize).context("no such function")?;
        self.types.get(*ty as usize).context("no such type")
    }

    /// A function's name in the sources, or nothing where the program does not say.
    pub(super) fn name(&self, function: u32) -> &str {
        self.names.get(&function).map_or("", String::as_str)
    }

    /// The functions that are exported.
    pub(super) fn exported(&self) -> impl Iterator<Item = u32> + '_ {
        let functions = |export: &&Export<'_>| matches!(export.kind, ExternalKind::Func);
        self.exports.iter().filter(functions).map(|export| export.index)
    }
}

/// The functions that a body calls by number.
fn called_in(body: &FunctionBody<'_>) -> Result<BTreeSet<u32>> {
    let mut called = BTreeSet::new();
    for operator in body.get_operators_reader()? {
        match operator? {
            Operator::Call { function_index } => {
                called.insert(function_index);
            }
            Operator::RefFunc { .. } | Operator::ReturnCall { .. } => {
                bail!(
                    "references to functions, and calls in the place of a return, are not understood"
                )
            }
            _ => {}
        }
    }
    Ok(called)
}

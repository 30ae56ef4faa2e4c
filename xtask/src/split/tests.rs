use std::collections::BTreeSet;

use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind,
    ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection,
    MemorySection, MemoryType, Module, NameMap, NameSection, RefType, TableSection, TableType,
    TypeSection, ValType,
};
use wasmparser::{Operator, Parser, Payload, Validator};

use super::program::Program;
use super::{FIRST, LOAD, Parts, split};

/// The functions of the program below, by number.
const NAMES: [&str; 10] = [
    "glue::tell",
    "glue::ask",
    "main",
    "synod_web::later::called",
    "only_later",
    "shared",
    "synod_web::later::in_the_table",
    "synod_web::later::exported",
    "more",
    "synod_web::later::small",
];

/// A program with something of everything: memory, a table, a global, data, and functions of two types.
fn whole() -> Vec<u8> {
    let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
    types.ty().function([], []);
    types.ty().function([ValType::I32, ValType::I64], [ValType::I32]);
    imports.import("./glue.js", "tell", EntityType::Function(0));
    imports.import("./glue.js", "ask", EntityType::Function(0));
    let mut functions = FunctionSection::new();
    for ty in [0, 1, 0, 0, 1, 0, 0, 0] {
        functions.function(ty);
    }
    let (mut tables, mut memories) = (TableSection::new(), MemorySection::new());
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: 4,
        maximum: Some(4),
        shared: false,
    });
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut globals = GlobalSection::new();
    let ty = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
    globals.global(ty, &ConstExpr::i32_const(7));
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0);
    exports.export("main", ExportKind::Func, 2);
    exports.export("exported", ExportKind::Func, 7);
    let mut elements = ElementSection::new();
    elements.active(None, &ConstExpr::i32_const(1), Elements::Functions([2, 6, 0][..].into()));
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(8), b"some data".iter().copied());
    let mut names = NameMap::new();
    for (index, name) in (0..).zip(NAMES) {
        names.append(index, name);
    }
    let mut section = NameSection::new();
    section.functions(&names);
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&tables);
    module.section(&memories).section(&globals).section(&exports).section(&elements);
    module.section(&bodies()).section(&data).section(&section);
    module.finish()
}

/// Each function is long enough not to count as small, but the last.
fn bodies() -> CodeSection {
    let mut code = CodeSection::new();
    let mut add = |fill: &dyn Fn(&mut wasm_encoder::InstructionSink<'_>), is_long: bool| {
        let mut body = Function::new([]);
        let mut sink = body.instructions();
        for _ in 0..if is_long { 10 } else { 0 } {
            sink.global_get(0).global_set(0);
        }
        fill(&mut sink);
        sink.end();
        code.function(&body);
    };
    let one_and_two = |sink: &mut wasm_encoder::InstructionSink<'_>, function| {
        sink.i32_const(1).i64_const(2).call(function).drop();
    };
    add(
        &|sink| {
            sink.call(5);
            one_and_two(sink, 3);
            sink.call(8).call(9);
        },
        true,
    );
    add(
        &|sink| {
            sink.call(4).call(5).call(1).i32_const(3);
        },
        true,
    );
    add(
        &|sink| {
            sink.call(5);
        },
        true,
    );
    add(
        &|sink| {
            sink.call(0);
        },
        true,
    );
    add(
        &|sink| {
            one_and_two(sink, 3);
            sink.memory_size(0);
        },
        true,
    );
    add(&|_| {}, true);
    add(&|_| {}, true);
    add(&|_| {}, false);
    code
}

fn parts() -> Parts {
    split(&whole()).unwrap()
}

/// What stands in the slots of the table, each as the operators of the function there.
fn slots(program: &Program<'_>) -> Vec<(u32, Vec<String>)> {
    let operators = |function: u32| -> Vec<String> {
        let Some(body) = program.body(function) else { return vec![format!("import {function}")] };
        let reader = body.get_operators_reader().unwrap();
        reader.into_iter().map(|operator| format!("{:?}", operator.unwrap())).collect()
    };
    program.slots.iter().map(|(slot, function)| (*slot, operators(*function))).collect()
}

/// A part of a program, which has no names, as the whole is read: with some.
fn named(part: &[u8]) -> Vec<u8> {
    let (mut names, mut section) = (NameMap::new(), NameSection::new());
    names.append(0, "some");
    section.functions(&names);
    let mut bytes = part.to_vec();
    wasm_encoder::Section::append_to(&section, &mut bytes);
    bytes
}

#[test]
fn both_parts_are_programs() {
    let Parts { first, rest } = parts();
    for part in [whole(), first, rest] {
        Validator::new().validate_all(&part).unwrap();
    }
}

#[test]
fn the_second_part_imports_what_the_first_or_the_glue_gives() {
    let Parts { first, rest } = parts();
    let mut given = BTreeSet::new();
    for payload in Parser::new(0).parse_all(&first) {
        if let Payload::ExportSection(exports) = payload.unwrap() {
            given.extend(exports.into_iter().map(|export| export.unwrap().name.to_owned()));
        }
    }
    assert!(given.is_superset(&["memory", "main", "exported"].map(String::from).into()));
    let mut asked = Vec::new();
    for payload in Parser::new(0).parse_all(&rest) {
        if let Payload::ImportSection(imports) = payload.unwrap() {
            for import in imports.into_imports().map(Result::unwrap) {
                if import.module == FIRST {
                    assert!(given.contains(import.name), "{}", import.name);
                } else {
                    asked.push(import.name.to_owned());
                }
            }
        }
    }
    assert_eq!(asked, ["ask"]);
}

#[test]
fn what_only_the_second_part_asks_of_the_glue_the_first_does_not() {
    let first = named(&parts().first);
    let program = Program::read(&first).unwrap();
    let names: Vec<&str> = program.imports.iter().map(|import| import.name).collect();
    assert_eq!(names, ["tell", LOAD]);
}

#[test]
fn a_slot_loads_the_second_part_and_is_called_again() {
    let first = named(&parts().first);
    let first = Program::read(&first).unwrap();
    let slots = slots(&first);
    assert_eq!(slots.iter().map(|(slot, _)| *slot).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(first.tables[0].ty.initial, 5, "there is room for the slot that was added");
    assert_eq!(first.tables[0].ty.maximum, Some(5));
    let stub = |slot: i32, parameters: u32, ty: &dyn Fn(u32) -> bool, is: &[String]| {
        assert_eq!(is[0], format!("{:?}", Operator::Call { function_index: 1 }));
        for index in 0..parameters {
            let get = Operator::LocalGet { local_index: index };
            assert_eq!(is[1 + index as usize], format!("{get:?}"));
        }
        let behind = &is[1 + parameters as usize..];
        assert_eq!(behind[0], format!("{:?}", Operator::I32Const { value: slot }));
        let type_index = (0..3).find(|index| {
            let call = Operator::CallIndirect { type_index: *index, table_index: 0 };
            behind[1] == format!("{call:?}")
        });
        assert!(type_index.is_some_and(ty), "{behind:?}");
    };
    let parameters_of = |ty: u32| first.types[ty as usize].params().len();
    stub(2, 2, &|ty| parameters_of(ty) == 2, &slots[1].1);
    stub(4, 2, &|ty| parameters_of(ty) == 2, &slots[3].1);
    assert_eq!(slots[2].1, ["import 0"], "what is not cold stays");
}

#[test]
fn the_second_part_puts_its_own_into_the_slots() {
    let rest = parts().rest;
    let mut filled = Vec::new();
    for payload in Parser::new(0).parse_all(&rest) {
        if let Payload::ElementSection(elements) = payload.unwrap() {
            for element in elements.into_iter().map(Result::unwrap) {
                let wasmparser::ElementKind::Active { offset_expr, .. } = element.kind else {
                    panic!("active")
                };
                let wasmparser::ElementItems::Functions(functions) = element.items else {
                    panic!("functions")
                };
                filled.push((
                    format!("{:?}", offset_expr.get_operators_reader().read().unwrap()),
                    functions.count(),
                ));
            }
        }
    }
    let at = |value| (format!("{:?}", Operator::I32Const { value }), 1);
    assert_eq!(filled, [at(2), at(4)]);
}

#[test]
fn what_only_cold_functions_call_goes_with_them_and_the_small_stay() {
    let Parts { first, rest } = parts();
    let (first, rest) = (named(&first), named(&rest));
    // main, shared, exported, more, small; two stubs.
    assert_eq!(Program::read(&first).unwrap().bodies.len(), 7);
    let mut count = 0;
    for payload in Parser::new(0).parse_all(&rest) {
        count += u32::from(matches!(payload.unwrap(), Payload::CodeSectionEntry(_)));
    }
    assert_eq!(count, 3);
}

#[test]
fn a_program_without_names_is_refused() {
    let nameless = parts().first;
    let error = split(&nameless).err().unwrap().to_string();
    assert!(error.contains("called"), "{error}");
}

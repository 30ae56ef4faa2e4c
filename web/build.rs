//! `cargo xtask build` leaves out what nothing of the finished program leads to any more, and needs the linker's own
//! record of what refers to what for it (`xtask/src/reach.rs`).

const RELOCATIONS: &str = "SYNOD_RELOCATIONS";

fn main() {
    println!("cargo::rerun-if-env-changed={RELOCATIONS}");
    if std::env::var_os(RELOCATIONS).is_some() {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}

//! Cuts the page's program in two: what runs from the start, and what is fetched when somebody acts.
//!
//! A function of the second part that the first can call has a slot in the table of functions, and is called through
//! it. Until the second part is there a stub stands in the slot: it has the glue fetch that part ([`LOAD`]) and calls
//! the slot again. The second part imports the first's memory, tables, globals and what it calls of its functions, and
//! puts its own into their slots when it is instantiated. So what is where decides how soon something is done, never
//! what; and the page mostly has fetched the second part before it is needed (`web/rest.js`, `web/boot.js`).

mod cold;
mod program;
#[cfg(test)]
mod tests;
mod write;

use anyhow::Result;
use program::Program;
pub(crate) use write::{FIRST, LOAD};

/// A program in two parts.
pub(crate) struct Parts {
    /// What the page starts with.
    pub(crate) first: Vec<u8>,
    /// What it fetches later.
    pub(crate) rest: Vec<u8>,
}

/// Cuts a program whose functions have names; they have none in the parts.
pub(crate) fn split(program: &[u8]) -> Result<Parts> {
    let program = Program::read(program)?;
    let cold = cold::cold(&program);
    let plan = write::Plan::new(&program, &cold)?;
    Ok(Parts { first: plan.first()?, rest: plan.rest()? })
}

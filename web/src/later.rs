//! What the page can do without until somebody acts in it.
//!
//! The build puts [`later`] and all that only it calls into a second part of the program, which is fetched when the
//! page is up (`xtask/src/split`). So a click that needs it may wait for the network, once: nothing that happens by
//! itself belongs here, nor what must answer at once (play, pause, steps, scrolling, what is pointed at).

/// Does something that only a reader's act asks for.
#[cold]
#[inline(never)]
pub(crate) fn later<T>(act: impl FnOnce() -> T) -> T {
    act()
}

//! The handlers against the papers' sentences.

//! A source as the rules see it: the paths it names, its identifiers, strings, macros and attributes.

use std::fmt::Write as _;
use std::str::FromStr;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// What one file names. Code under `#[cfg(test)]` is marked, not left out: some rules spare it.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// The file, from the workspace's root, with `/` between folders.
    pub(crate) path: String,
    /// Every path with more than one segment, absolute where it began with `crate`, `self` or
    /// `super`: `crate::sim::World` and `super::World` inside `src/sim` are both that. Trees of `use`
    /// are written out.
    pub(crate) paths: Vec<Named>,
    /// Every identifier.
    pub(crate) identifiers: Vec<Named>,
    /// The content of every string literal, escapes as written; documentation is not among them.
    pub(crate) strings: Vec<Named>,
    /// Every macro called, by its last name.
    pub(crate) macros: Vec<Named>,
    /// The content of every attribute, its tokens separated by single spaces.
    pub(crate) attributes: Vec<Named>,
}

/// A name and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) text: String,
    pub(crate) line: usize,
    pub(crate) in_tests: bool,
}

impl Source {
    /// Reads the text of a file.
    pub(crate) fn read(path: &str, text: &str) -> Result<Self, String> {
        let tokens = TokenStream::from_str(text)
            .map_err(|error| format!("line {}: {error}", error.span().start().line))?;
        let mut reader = Reader {
            source: Self { path: path.to_owned(), ..Self::default() },
            module: module_of(path),
            in_tests: is_test_file(path),
        };
        reader.read(tokens);
        Ok(reader.source)
    }

    /// The module that the file is, as segments from the crate's root.
    pub(crate) fn module(&self) -> Vec<String> {
        module_of(&self.path)
    }
}

/// What several modules test with has a name of its own.
const TEST_FILES: [&str; 2] = ["src/check/script.rs", "src/protocols/played.rs"];

/// A test module in a file of its own is declared under `#[cfg(test)]` by its parent.
fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs")
        || path.contains("/tests/")
        || path.starts_with("tests/")
        || TEST_FILES.contains(&path)
}

/// `src/sim/network.rs` and `src/sim/network/mod.rs` are both the module `sim::network`.
fn module_of(path: &str) -> Vec<String> {
    let inner = path.split_once("src/").map_or(path, |(_, inner)| inner);
    let inner = inner.strip_suffix(".rs").unwrap_or(inner);
    let mut segments: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if segments.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        segments.pop();
    }
    segments
}

struct Reader {
    source: Source,
    module: Vec<String>,
    in_tests: bool,
}

impl Reader {
    fn named(&self, text: impl Into<String>, line: usize) -> Named {
        Named { text: text.into(), line, in_tests: self.in_tests }
    }

    fn read(&mut self, stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        // Set by `#[cfg(test)]`, until the item that it stands before has ended.
        let mut item_is_test = false;
        let outside = self.in_tests;
        while let Some(token) = tokens.get(at) {
            let line = token.span().start().line;
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    if let Some((group, length)) = attribute(&tokens[at..]) {
                        item_is_test |= self.read_attribute(group);
                        self.in_tests = outside || item_is_test;
                        at += length;
                        continue;
                    }
                }
                TokenTree::Punct(punct) => {
                    if punct.as_char() == ';' || punct.as_char() == ',' {
                        item_is_test = false;
                    }
                }
                TokenTree::Ident(_) => {
                    at += self.read_path(&tokens[at..]);
                    continue;
                }
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    if text.ends_with(['"', '#']) {
                        self.source.strings.push(self.named(text, line));
                    }
                }
                TokenTree::Group(group) => {
                    self.read_group(group, inline_module(&tokens[..at]));
                    if group.delimiter() == Delimiter::Brace {
                        item_is_test = false;
                    }
                }
            }
            self.in_tests = outside || item_is_test;
            at += 1;
        }
        self.in_tests = outside;
    }

    fn read_group(&mut self, group: &Group, module: Option<String>) {
        let is_module = group.delimiter() == Delimiter::Brace && module.is_some();
        self.module.extend(module.filter(|_| is_module));
        self.read(group.stream());
        if is_module {
            self.module.pop();
        }
    }

    /// Takes an attribute in; says whether it is `cfg(test)`.
    fn read_attribute(&mut self, group: &Group) -> bool {
        let mut text = String::new();
        for token in group.stream() {
            flatten(&token, &mut text);
        }
        let text = text.trim_end().to_owned();
        if text.starts_with("doc =") {
            return false;
        }
        let is_test = text == "cfg ( test )";
        self.source.attributes.push(self.named(text, group.span().start().line));
        is_test
    }

    /// Reads the path that begins here, with the trees of `use` in it; gives the tokens it took.
    fn read_path(&mut self, tokens: &[TokenTree]) -> usize {
        let mut segments = Vec::new();
        let line = tokens[0].span().start().line;
        let mut at = 0;
        loop {
            match tokens.get(at) {
                Some(TokenTree::Ident(ident)) => {
                    let name = ident.to_string();
                    let line = ident.span().start().line;
                    self.source.identifiers.push(self.named(name.clone(), line));
                    segments.push(name);
                    at += 1;
                }
                Some(TokenTree::Group(group))
                    if group.delimiter() == Delimiter::Brace && !segments.is_empty() =>
                {
                    self.read_use_tree(&segments, group);
                    return at + 1;
                }
                // `use crate::sim::*` and `Vec::<u8>`: the path so far is what is named.
                _ => break,
            }
            if is_path_separator(&tokens[at..]) {
                at += 2;
            } else {
                break;
            }
        }
        if is_macro_call(&tokens[at..]) {
            let name = segments.last().cloned().unwrap_or_default();
            self.source.macros.push(self.named(name, line));
        }
        self.add_path(&segments, line);
        at
    }

    fn read_use_tree(&mut self, prefix: &[String], group: &Group) {
        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        for branch in
            tokens.split(|token| matches!(token, TokenTree::Punct(p) if p.as_char() == ','))
        {
            let mut segments = prefix.to_vec();
            let mut is_leaf = true;
            for token in branch {
                match token {
                    TokenTree::Ident(ident) if ident == "as" => break,
                    TokenTree::Ident(ident) => {
                        let line = ident.span().start().line;
                        self.source.identifiers.push(self.named(ident.to_string(), line));
                        // `sim::{self, World}` names the module itself.
                        if ident != "self" {
                            segments.push(ident.to_string());
                        }
                    }
                    TokenTree::Group(inner) => {
                        self.read_use_tree(&segments, inner);
                        is_leaf = false;
                    }
                    _ => {}
                }
            }
            if let Some(first) = branch.first().filter(|_| is_leaf) {
                self.add_path(&segments, first.span().start().line);
            }
        }
    }

    fn add_path(&mut self, segments: &[String], line: usize) {
        if segments.len() < 2 {
            return;
        }
        let text = self.absolute(segments).join("::");
        self.source.paths.push(self.named(text, line));
    }

    /// A path with `self` and `super` resolved against the module that it stands in.
    fn absolute(&self, segments: &[String]) -> Vec<String> {
        let is_relative = |segment: &String| segment == "super" || segment == "self";
        if !segments.first().is_some_and(is_relative) {
            return segments.to_vec();
        }
        let mut absolute = self.module.clone();
        for segment in segments.iter().take_while(|segment| is_relative(segment)) {
            if segment == "super" {
                absolute.pop();
            }
        }
        absolute.insert(0, "crate".to_owned());
        absolute.extend(segments.iter().skip_while(|segment| is_relative(segment)).cloned());
        absolute
    }
}

/// The attribute that begins with this `#`, and the tokens it takes.
fn attribute(tokens: &[TokenTree]) -> Option<(&Group, usize)> {
    let is_inner = matches!(tokens.get(1), Some(TokenTree::Punct(p)) if p.as_char() == '!');
    let at = if is_inner { 2 } else { 1 };
    match tokens.get(at) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => {
            Some((group, at + 1))
        }
        _ => None,
    }
}

/// The name of the module whose body follows these tokens: `mod name` is what they end in.
fn inline_module(before: &[TokenTree]) -> Option<String> {
    match before {
        [.., TokenTree::Ident(keyword), TokenTree::Ident(name)] if keyword == "mod" => {
            Some(name.to_string())
        }
        _ => None,
    }
}

fn is_path_separator(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Punct(first), TokenTree::Punct(second), ..]
        if first.as_char() == ':' && first.spacing() == Spacing::Joint && second.as_char() == ':')
}

/// `name!(...)`, but not `name != other`.
fn is_macro_call(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Punct(mark), TokenTree::Group(_), ..] if mark.as_char() == '!')
}

fn flatten(token: &TokenTree, text: &mut String) {
    if let TokenTree::Group(group) = token {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("( ", ") "),
            Delimiter::Brace => ("{ ", "} "),
            Delimiter::Bracket => ("[ ", "] "),
            Delimiter::None => ("", ""),
        };
        text.push_str(open);
        for inner in group.stream() {
            flatten(&inner, text);
        }
        text.push_str(close);
    } else {
        write!(text, "{token} ").expect("a string takes any text");
    }
}

#[cfg(test)]
mod tests {
    use super::{Named, Source};

    fn texts(names: &[Named]) -> Vec<&str> {
        names.iter().map(|name| name.text.as_str()).collect()
    }

    #[test]
    fn paths_are_absolute_and_trees_written_out() {
        let text = "use super::{Log, entry::{self, Entry as E}};\nfn f() { self::g(); crate::sim::World::new() }";
        let source = Source::read("src/protocols/raft/log.rs", text).unwrap();
        assert_eq!(
            texts(&source.paths),
            [
                "crate::protocols::raft::Log",
                "crate::protocols::raft::entry",
                "crate::protocols::raft::entry::Entry",
                "crate::protocols::raft::log::g",
                "crate::sim::World::new",
            ]
        );
        assert_eq!(source.paths[4].line, 2);
    }

    #[test]
    fn an_inline_module_is_a_level_of_its_own() {
        let source = Source::read(
            "src/sim/mod.rs",
            "mod luck { fn f() { super::g() } } fn g() { super::h() }",
        );
        assert_eq!(texts(&source.unwrap().paths), ["crate::sim::g", "crate::h"]);
    }

    #[test]
    fn comments_and_documentation_are_not_code() {
        let text = "//! crate::a::b\n/// crate::c::d \"raft\"\nfn f() { /* crate::e::f */ \"crate::g::h\" }";
        let source = Source::read("src/x.rs", text).unwrap();
        assert_eq!(texts(&source.paths), [""; 0]);
        assert_eq!(texts(&source.strings), ["\"crate::g::h\""]);
    }

    #[test]
    fn code_for_tests_is_marked_until_its_item_ends() {
        let text = "#[cfg(test)]\nmod tests { use crate::a::b; }\n#[cfg(test)] use crate::c::d;\nuse crate::e::f;";
        let source = Source::read("src/x.rs", text).unwrap();
        let marks: Vec<_> =
            source.paths.iter().map(|path| (path.text.as_str(), path.in_tests)).collect();
        assert_eq!(marks, [("crate::a::b", true), ("crate::c::d", true), ("crate::e::f", false)]);
    }

    #[test]
    fn macros_are_known_by_their_call() {
        let source =
            Source::read("src/x.rs", "fn f() { todo!(); if a != b { std::println!(\"\") } }");
        assert_eq!(texts(&source.unwrap().macros), ["todo", "println"]);
    }
}

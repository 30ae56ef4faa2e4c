//! Building the site, and serving it: to a developer by trunk, to the tests by a small server here.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use tiny_http::{Header, Request, Response, Server};

use crate::shell;
use crate::tools::Toolbox;

#[derive(Args)]
pub(crate) struct ServeOptions {
    /// The port to listen on
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Build faster, for a page that runs slower
    #[arg(long)]
    dev: bool,
}

/// Builds the page and serves it until interrupted.
pub(crate) fn serve(options: &ServeOptions) -> Result<()> {
    let toolbox = Toolbox::ready()?;
    println!(
        "Building the page (the first build compiles every dependency and takes a minute or two);\n\
         open http://127.0.0.1:{port}/ when trunk says that it succeeded. Stop with Ctrl-C.",
        port = options.port
    );
    let mut trunk = toolbox.trunk_command()?;
    trunk.args(["serve", "--address", "127.0.0.1", "--port", &options.port.to_string()]);
    if !options.dev {
        trunk.arg("--release");
    }
    shell::run(&mut trunk)
}

/// Builds the static site and gives its folder.
pub(crate) fn build() -> Result<PathBuf> {
    build_with(&Toolbox::ready()?)
}

/// Builds the static site with tools already found.
pub(crate) fn build_with(toolbox: &Toolbox) -> Result<PathBuf> {
    let mut trunk = toolbox.trunk_command()?;
    trunk.args(["build", "--release"]);
    shell::run(shell::locked_in_ci(&mut trunk))?;
    Ok(shell::workspace().join("dist"))
}

/// What a careful host sends: nothing from elsewhere, no inline script. Under it the tests show that
/// the page needs no more. Styles may be set on elements: the diagram positions what it draws.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'";

/// The site on a port of this machine, under a path that is not the root, while this value lives.
pub(crate) struct LocalSite {
    server: Arc<Server>,
    address: String,
}

/// Deep, so that an address that is not relative fails the tests.
const BASE: &str = "/some/sub/path/";
const SERVER_THREADS: usize = 4;

impl LocalSite {
    /// Starts serving a folder on a free port.
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        let server = Server::http("127.0.0.1:0")
            .map_err(|error| anyhow!("no port of this machine could be had: {error}"))?;
        let port = server.server_addr().to_ip().context("the server has no port")?.port();
        let server = Arc::new(server);
        for _ in 0..SERVER_THREADS {
            let (server, folder) = (Arc::clone(&server), folder.to_path_buf());
            thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    // A browser that goes away in the middle of an answer is no trouble of ours.
                    let _ = answer(request, &folder);
                }
            });
        }
        Ok(Self { server, address: format!("http://127.0.0.1:{port}{BASE}") })
    }

    /// The address of the page.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for LocalSite {
    fn drop(&mut self) {
        for _ in 0..SERVER_THREADS {
            self.server.unblock();
        }
    }
}

fn answer(request: Request, folder: &Path) -> std::io::Result<()> {
    let file = file_for(request.url()).map(|file| folder.join(file));
    match file.and_then(|file| Some((content_type(&file), File::open(&file).ok()?))) {
        Some((content_type, file)) => request.respond(
            Response::from_file(file)
                .with_header(header("Content-Type", content_type))
                .with_header(header("Content-Security-Policy", CONTENT_SECURITY_POLICY)),
        ),
        None => request.respond(Response::from_string("not found").with_status_code(404)),
    }
}

/// The file of the site that an address names: none outside the base path or up the tree.
fn file_for(url: &str) -> Option<&str> {
    let path = url.split(['?', '#']).next()?.strip_prefix(BASE)?;
    if path.is_empty() {
        return Some("index.html");
    }
    let is_plain =
        |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains('\\');
    path.split('/').all(is_plain).then_some(path)
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("names and values here are plain ASCII")
}

/// The files of the built site, sorted by name.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in
            fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?
        {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::file_for;

    #[test]
    fn only_files_of_the_site_are_served() {
        assert_eq!(file_for("/some/sub/path/"), Some("index.html"));
        assert_eq!(file_for("/some/sub/path/?embed=1"), Some("index.html"));
        assert_eq!(file_for("/some/sub/path/a/b.js"), Some("a/b.js"));
        assert_eq!(file_for("/"), None);
        assert_eq!(file_for("/b.js"), None);
        assert_eq!(file_for("/some/sub/path/../../etc"), None);
        assert_eq!(file_for("/some/sub/path//etc"), None);
    }
}

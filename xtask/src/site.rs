//! Building the site, and serving it: to a developer by trunk, to the tests by a small server here.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use axum::Router;
use axum::http::{HeaderValue, header};
use clap::Args;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::tools::Toolbox;
use crate::{shell, shrink};

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
    trunk.args(["build", "--release"]).env(RELOCATIONS, "1");
    shell::run(shell::locked_in_ci(&mut trunk))?;
    let dist = shell::workspace().join("dist");
    shrink::site(&dist, toolbox)?;
    Ok(dist)
}

/// Tells `web/build.rs` that the linker is to say what refers to what ...
const RELOCATIONS: &str = "SYNOD_RELOCATIONS";

/// ... and where the program is that has it.
pub(crate) fn linked_program() -> PathBuf {
    shell::workspace().join("target/wasm32-unknown-unknown/wasm-release/synod-web.wasm")
}

/// What the built page lets itself load, and what a careful host sends: nothing from elsewhere, no inline script.
/// Under it the tests show that the page needs no more. Styles may be set on elements: the diagram positions what
/// it draws.
pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'";

/// The site on a port of this machine, under a path that is not the root, while this value lives.
pub(crate) struct LocalSite {
    /// Dropping it ends the server and its connections.
    _server: Runtime,
    address: String,
}

/// Deep, so that an address that is not relative fails the tests.
const BASE: &str = "/some/sub/path";

impl LocalSite {
    /// Starts serving a folder on a free port.
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        // A browser opens connections ahead of need and keeps them idle: a server with a thread a
        // connection leaves some waiting, so each connection here is a task.
        let server = Builder::new_multi_thread().worker_threads(2).enable_io().build()?;
        let no_port = "no port of this machine could be had";
        let listener = server.block_on(TcpListener::bind("127.0.0.1:0")).context(no_port)?;
        let port = listener.local_addr()?.port();
        server.spawn(axum::serve(listener, site(folder)).into_future());
        Ok(Self { _server: server, address: format!("http://127.0.0.1:{port}{BASE}/") })
    }

    /// The address of the page.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

/// Every file of a folder with its MIME type, under [`BASE`]. Every origin may read it, as on the usual
/// static hosts: a frame in a sandbox has an origin of its own.
fn site(folder: &Path) -> Router {
    let anyone = HeaderValue::from_static("*");
    let policy = HeaderValue::from_static(CONTENT_SECURITY_POLICY);
    Router::new()
        .nest_service(BASE, ServeDir::new(folder))
        .layer(SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, policy))
        .layer(SetResponseHeaderLayer::overriding(header::ACCESS_CONTROL_ALLOW_ORIGIN, anyone))
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
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use super::*;

    /// The head and body of the answer to a request for a path, in lower case.
    fn get(site: &LocalSite, path: &str) -> String {
        let host = site.address().strip_prefix("http://").unwrap().split('/').next().unwrap();
        let mut connection = TcpStream::connect(host).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer.to_lowercase()
    }

    #[test]
    fn files_are_served_under_the_base_path_with_type_and_policy() {
        let folder = shell::workspace().join("target/tests/site");
        fs::create_dir_all(folder.join("inner")).unwrap();
        let files = [
            ("index.html", "text/html"),
            ("a.wasm", "application/wasm"),
            ("inner/b.js", "text/javascript"),
        ];
        for (name, _) in files {
            fs::write(folder.join(name), format!("this is {name}")).unwrap();
        }
        let site = LocalSite::start(&folder).unwrap();
        // Connections that a browser opens and does not use yet keep nobody waiting.
        let host = site.address().strip_prefix("http://").unwrap().split('/').next().unwrap();
        let idle: Vec<_> = (0..20).map(|_| TcpStream::connect(host).unwrap()).collect();
        for (name, content_type) in files {
            let answer = get(&site, &format!("{BASE}/{name}"));
            assert!(answer.starts_with("http/1.1 200"), "{answer}");
            assert!(answer.contains(&format!("content-type: {content_type}")), "{answer}");
            assert!(answer.contains("content-security-policy: default-src 'none'"), "{answer}");
            assert!(answer.ends_with(&format!("this is {name}")), "{answer}");
        }
        assert!(get(&site, &format!("{BASE}/?embed=1")).ends_with("this is index.html"));
        for path in ["/", "/b.js", "/some/sub/path/../../etc", "/some/sub/path/%2e%2e/site/a.wasm"]
        {
            assert!(get(&site, path).starts_with("http/1.1 404"), "{path}");
        }
        drop(idle);
    }
}

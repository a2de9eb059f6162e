//! `cargo xtask serve`: what a site holds, for this machine only.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;

use anyhow::{Result, anyhow};
use axum::Router;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, HOST, IF_MATCH, IF_RANGE, RANGE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode, uri::Authority};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use lexopt::prelude::*;
use tower_http::services::{ServeDir, ServeFile};

use crate::site::PUBLISHED;
use crate::{build, page, tools};

const DEFAULT_PORT: u16 = 8000;
const THIS_MACHINE: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

pub fn main(mut args: lexopt::Parser) -> Result<()> {
    let (mut port, mut open, mut fresh) = (None, !tools::is_ci(), true);
    while let Some(arg) = args.next()? {
        match arg {
            Long("port") => port = Some(args.value()?.parse()?),
            Long("no-open") => open = false,
            Long("no-build") => fresh = false,
            _ => return Err(arg.unexpected().into()),
        }
    }
    if fresh {
        build::all()?;
    }
    let (listener, port) = listen(port)?;
    let address = format!("http://localhost:{port}/");
    println!("Vitrine is at {address} (Ctrl-C ends it)");
    if open {
        open_browser(&address);
    }
    let site = site(tools::root());
    run(listener, if fresh { site.layer(from_fn(fresh_page)) } else { site })
}

/// On the wanted port, or on the first free one from 8000 on.
fn listen(wanted: Option<u16>) -> Result<(TcpListener, u16)> {
    let ports = match wanted {
        Some(port) => port..=port,
        None => DEFAULT_PORT..=DEFAULT_PORT + 50,
    };
    let mut problem = anyhow!("there is no port to try");
    for port in ports {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => {
                let port = listener.local_addr()?.port();
                return Ok((listener, port));
            }
            Err(error) => problem = anyhow!("port {port}: {error}"),
        }
    }
    Err(problem)
}

fn open_browser(address: &str) {
    let started = if cfg!(target_os = "macos") {
        Command::new("open").arg(address).spawn()
    } else if cfg!(windows) {
        Command::new("cmd").args(["/C", "start", "", address]).spawn()
    } else {
        Command::new("xdg-open").arg(address).spawn()
    };
    if started.is_err() {
        println!("No browser could be started; open the address yourself.");
    }
}

/// Answers until the listener fails.
fn run(listener: TcpListener, site: Router) -> Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    runtime.block_on(async { Ok(axum::serve(tokio::net::TcpListener::from_std(listener)?, site).await?) })
}

/// The published files below a folder, and nothing else that lies there.
fn site(root: &Path) -> Router {
    let mut router = Router::new().route_service("/", file(&root.join("index.html")));
    for name in PUBLISHED {
        let path = root.join(name);
        router = if path.is_dir() {
            let folder = ServeDir::new(path).append_index_html_on_directories(false);
            router.nest_service(&format!("/{name}"), folder.precompressed_br().precompressed_gzip())
        } else {
            router.route_service(&format!("/{name}"), file(&path))
        };
    }
    router.layer(from_fn(conditional_ranges)).layer(from_fn(answer))
}

/// The page is bundled anew when it is loaded, where its sources have changed since.
async fn fresh_page(request: Request, next: Next) -> Response {
    if matches!(request.uri().path(), "/" | "/index.html")
        && let Ok(Err(error)) = tokio::task::spawn_blocking(page::build).await
    {
        eprintln!("error: {error:#}");
        return (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}\n")).into_response();
    }
    next.run(request).await
}

fn file(path: &Path) -> ServeFile {
    ServeFile::new(path)
}

/// Refuses what is not for this machine's own page: another Host may be a foreign page whose name was bound to this
/// address.
async fn answer(request: Request, next: Next) -> Response {
    if !is_for_this_machine(request.headers()) {
        return (StatusCode::FORBIDDEN, "This server answers to localhost only.\n").into_response();
    }
    if has_hidden_part(request.uri().path()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    response
}

fn is_for_this_machine(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    host.is_some_and(|host| THIS_MACHINE.iter().any(|name| host.host().eq_ignore_ascii_case(name)))
}

/// Whether a segment begins with a dot, escaped or not.
fn has_hidden_part(path: &str) -> bool {
    let path = path.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "\\");
    path.split(['/', '\\']).any(|segment| segment.starts_with('.'))
}

/// What `ServeDir` leaves out of RFC 9110: a range counts bytes of the file itself, not of its compressed form, and is
/// asked for under `If-Range`, on which a changed file is sent whole.
async fn conditional_ranges(mut request: Request, next: Next) -> Response {
    if !request.headers().contains_key(RANGE) {
        return next.run(request).await;
    }
    request.headers_mut().remove(ACCEPT_ENCODING);
    let Some(validator) = request.headers_mut().remove(IF_RANGE) else { return next.run(request).await };
    let mut whole = Request::new(axum::body::Body::empty());
    (*whole.method_mut(), *whole.uri_mut()) = (request.method().clone(), request.uri().clone());
    request.headers_mut().insert(IF_MATCH, validator);
    let response = next.clone().run(request).await;
    if response.status() == StatusCode::PRECONDITION_FAILED { next.run(whole).await } else { response }
}

#[cfg(test)]
#[path = "serve_tests.rs"]
mod tests;

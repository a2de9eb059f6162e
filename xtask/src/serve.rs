//! A static file server for the repository root, for this machine only.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::net::TcpListener;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use anyhow::{Result, anyhow};
use lexopt::prelude::*;

use crate::http::{self, Reply, Request};
use crate::range::{Part, part};
use crate::{build, tools};

const DEFAULT_PORT: u16 = 8000;

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
        build::both()?;
    }
    let (listener, port) = listen(port)?;
    let address = format!("http://localhost:{port}/");
    println!("Vitrine is at {address} (Ctrl-C ends it)");
    if open {
        open_browser(&address);
    }
    let root = tools::root().canonicalize()?;
    http::serve(&listener, |request| answer(request, &root));
    Ok(())
}

/// On the wanted port, or on the first free one from 8000 on.
fn listen(wanted: Option<u16>) -> Result<(TcpListener, u16)> {
    let ports = match wanted {
        Some(port) => port..=port,
        None => DEFAULT_PORT..=DEFAULT_PORT + 50,
    };
    let mut problem = anyhow!("there is no port to try");
    for port in ports {
        match TcpListener::bind(("127.0.0.1", port)) {
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

fn answer(request: &Request, root: &Path) -> Reply {
    reply(request, root).unwrap_or_else(|_| Reply::text(404, "There is nothing here.\n"))
}

fn reply(request: &Request, root: &Path) -> io::Result<Reply> {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return Ok(Reply::text(405, "Only GET and HEAD are answered.\n").with("Allow", "GET, HEAD"));
    }
    let path = request.target.split(['?', '#']).next().unwrap_or("/");
    let Some(mut file) = locate(root, path) else {
        return Ok(Reply::text(404, "There is nothing here.\n"));
    };
    if file.is_dir() {
        if !path.ends_with('/') {
            return Ok(Reply::text(301, "").with("Location", format!("{path}/")));
        }
        file.push("index.html");
    }
    send(request, &file)
}

/// The file of a request's path: inside the root, no dotfile, no link that leads out.
fn locate(root: &Path, path: &str) -> Option<PathBuf> {
    let decoded = percent_decode(path)?;
    let mut file = root.to_path_buf();
    for segment in decoded.split('/').filter(|segment| !segment.is_empty()) {
        let mut components = Path::new(segment).components();
        let plain = matches!(components.next(), Some(Component::Normal(_))) && components.next().is_none();
        if !plain || segment.starts_with('.') || segment.contains(['\\', ':', '\0']) {
            return None;
        }
        file.push(segment);
    }
    let file = file.canonicalize().ok()?;
    file.starts_with(root).then_some(file)
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' { hex(rest.next()?)? << 4 | hex(rest.next()?)? } else { byte });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

fn send(request: &Request, file: &Path) -> io::Result<Reply> {
    let zipped = precompressed(request, file);
    let mut body = File::open(zipped.as_deref().unwrap_or(file))?;
    let metadata = body.metadata()?;
    let tag = entity_tag(&metadata);
    if request.header("If-None-Match") == Some(tag.as_str()) {
        return Ok(describe(Reply::new(304, Box::new(io::empty()), 0), file, &tag));
    }
    let length = metadata.len();
    let fresh = request.header("If-Range").is_none_or(|wanted| wanted == tag);
    let reply = match part(request.header("Range").filter(|_| fresh && zipped.is_none()), length) {
        Part::Whole => Reply::new(200, Box::new(body), length),
        Part::Bytes(start, end) => {
            body.seek(SeekFrom::Start(start))?;
            Reply::new(206, Box::new(body.take(end - start)), end - start)
                .with("Content-Range", format!("bytes {start}-{}/{length}", end - 1))
        }
        Part::Outside => Reply::new(416, Box::new(io::empty()), 0).with("Content-Range", format!("bytes */{length}")),
    };
    let reply = if zipped.is_some() { reply.with("Content-Encoding", "gzip") } else { reply };
    Ok(describe(reply, file, &tag))
}

fn describe(reply: Reply, file: &Path, tag: &str) -> Reply {
    reply
        .with("Content-Type", media_type(file))
        .with("ETag", tag)
        .with("Accept-Ranges", "bytes")
        .with("Vary", "Accept-Encoding")
        .with("Cache-Control", "no-cache")
}

/// `FILE.gz`, where it is not older than the file and the browser takes it.
fn precompressed(request: &Request, file: &Path) -> Option<PathBuf> {
    let encodings = request.header("Accept-Encoding")?;
    let accepted = encodings.split(',').any(|encoding| encoding.split(';').next().map(str::trim) == Some("gzip"));
    if !accepted || request.header("Range").is_some() {
        return None;
    }
    let mut name = file.as_os_str().to_owned();
    name.push(".gz");
    let zipped = PathBuf::from(name);
    let age = |path: &Path| path.metadata().and_then(|m| m.modified());
    (age(&zipped).ok()? >= age(file).ok()?).then_some(zipped)
}

fn entity_tag(metadata: &Metadata) -> String {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    format!("\"{:x}-{:x}\"", metadata.len(), modified.unwrap_or_default().as_nanos())
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" | "ts" | "rs" | "py" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
#[path = "serve_tests.rs"]
mod tests;

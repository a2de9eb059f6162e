//! A static file server for the repository root, for this machine only.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use anyhow::{Result, anyhow};
use lexopt::prelude::*;
use tiny_http::{Header, Method, Request, Response, Server};

use crate::range::{Part, part};
use crate::{build, tools};

const DEFAULT_PORT: u16 = 8000;
const THREADS: usize = 8;

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
    let (server, port) = listen(port)?;
    let address = format!("http://localhost:{port}/");
    println!("Vitrine is at {address} (Ctrl-C ends it)");
    if open {
        open_browser(&address);
    }
    serve(&server, tools::root())
}

/// On the wanted port, or on the first free one from 8000 on.
fn listen(wanted: Option<u16>) -> Result<(Server, u16)> {
    let ports = match wanted {
        Some(port) => port..=port,
        None => DEFAULT_PORT..=DEFAULT_PORT + 50,
    };
    let mut problem = anyhow!("there is no port to try");
    for port in ports {
        match Server::http(("127.0.0.1", port)) {
            Ok(server) => {
                let port = server.server_addr().to_ip().map_or(port, |address| address.port());
                return Ok((server, port));
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

fn serve(server: &Server, root: &Path) -> Result<()> {
    let root = root.canonicalize()?;
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| server.incoming_requests().for_each(|request| answer(request, &root)));
        }
    });
    Ok(())
}

fn answer(request: Request, root: &Path) {
    let reply = reply(&request, root).unwrap_or_else(|_| Reply::status(404, "There is nothing here.\n"));
    // A browser that goes away in the middle of an answer is no fault of the server's.
    let _ = request.respond(reply.0);
}

struct Reply(Response<Box<dyn Read + Send>>);

impl Reply {
    fn status(code: u16, text: &'static str) -> Self {
        Reply::new(code, Box::new(text.as_bytes()), text.len() as u64).with("Content-Type", "text/plain; charset=utf-8")
    }

    fn new(code: u16, body: Box<dyn Read + Send>, length: u64) -> Self {
        let response = Response::new(code.into(), Vec::new(), body, Some(length as usize), None);
        Reply(response.with_chunked_threshold(usize::MAX)).with("X-Content-Type-Options", "nosniff")
    }

    fn with(self, name: &str, value: &str) -> Self {
        match Header::from_bytes(name, value) {
            Ok(header) => Reply(self.0.with_header(header)),
            Err(()) => self,
        }
    }
}

fn reply(request: &Request, root: &Path) -> io::Result<Reply> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Ok(Reply::status(405, "Only GET and HEAD are answered.\n").with("Allow", "GET, HEAD"));
    }
    let path = request.url().split(['?', '#']).next().unwrap_or("/");
    let Some(mut file) = locate(root, path) else {
        return Ok(Reply::status(404, "There is nothing here.\n"));
    };
    if file.is_dir() {
        if !path.ends_with('/') {
            return Ok(Reply::status(301, "").with("Location", &format!("{path}/")));
        }
        file.push("index.html");
    }
    send(request, &file)
}

fn header<'a>(request: &'a Request, name: &'static str) -> Option<&'a str> {
    request.headers().iter().find(|header| header.field.equiv(name)).map(|header| header.value.as_str())
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
    if header(request, "If-None-Match") == Some(&tag) {
        return Ok(describe(Reply::new(304, Box::new(io::empty()), 0), file, &tag));
    }
    let length = metadata.len();
    let fresh = header(request, "If-Range").is_none_or(|wanted| wanted == tag);
    let reply = match part(header(request, "Range").filter(|_| fresh && zipped.is_none()), length) {
        Part::Whole => Reply::new(200, Box::new(body), length),
        Part::Bytes(start, end) => {
            body.seek(SeekFrom::Start(start))?;
            Reply::new(206, Box::new(body.take(end - start)), end - start)
                .with("Content-Range", &format!("bytes {start}-{}/{length}", end - 1))
        }
        Part::Outside => Reply::new(416, Box::new(io::empty()), 0).with("Content-Range", &format!("bytes */{length}")),
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
    let encodings = header(request, "Accept-Encoding")?;
    let accepted = encodings.split(',').any(|encoding| encoding.split(';').next().map(str::trim) == Some("gzip"));
    if !accepted || header(request, "Range").is_some() {
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

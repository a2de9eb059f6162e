use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;

use crate::http;

use super::{answer, locate, media_type, percent_decode};

/// A folder with a page, a dotfile and a precompressed script, and a server for it on a free port.
struct Site {
    folder: PathBuf,
    address: SocketAddr,
}

impl Site {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("vitrine-serve-{}-{name}", std::process::id()));
        fs::create_dir_all(folder.join("www")).expect("a folder");
        let folder = folder.canonicalize().expect("the folder");
        for (file, text) in [("index.html", "<p>page"), (".secret", "x"), ("www/a.js", "0123456789")] {
            fs::write(folder.join(file), text).expect("a file");
        }
        fs::write(folder.join("www/a.js.gz"), "zipped").expect("a file");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a server");
        let (address, root) = (listener.local_addr().expect("an address"), folder.clone());
        std::thread::spawn(move || http::serve(&listener, |request| answer(request, &root)));
        Site { folder, address }
    }

    /// The whole answer, head and body, as text.
    fn ask(&self, method: &str, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    fn get(&self, path: &str, headers: &str) -> String {
        self.ask("GET", path, headers)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

#[test]
fn a_folder_answers_with_its_page() {
    let site = Site::new("page");
    let answer = site.get("/?q=1", "");
    assert_eq!((status(&answer), body(&answer)), ("200", "<p>page"));
    assert!(answer.contains("Content-Type: text/html"));
    assert_eq!(status(&site.get("/www", "")), "301");
    assert_eq!(status(&site.get("/www/", "")), "404");
    assert_eq!(body(&site.ask("HEAD", "/", "")), "");
    assert_eq!(status(&site.ask("POST", "/", "")), "405");
}

#[test]
fn connections_that_stay_open_keep_nobody_waiting() {
    let site = Site::new("open");
    let idle: Vec<TcpStream> = (0..32).map(|_| TcpStream::connect(site.address).expect("a connection")).collect();
    let mut kept = TcpStream::connect(site.address).expect("a connection");
    kept.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("a request");
    assert_eq!(status(&site.get("/", "")), "200");
    let mut answer = String::new();
    kept.read_to_string(&mut answer).expect("the connection ends after its answer");
    assert_eq!(body(&answer), "<p>page");
    drop(idle);
}

#[test]
fn what_is_no_request_gets_no_answer() {
    let site = Site::new("garbage");
    for bytes in [b"\x16\x03\x01\x02\x00".as_slice(), b"GET\r\n\r\n", b" / HTTP/1.1\r\n\r\n"] {
        let mut stream = TcpStream::connect(site.address).expect("a connection");
        stream.write_all(bytes).expect("some bytes");
        let mut answer = vec![];
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.is_empty());
    }
    assert_eq!(status(&site.get("/", "")), "200");
}

#[test]
fn nothing_outside_the_folder_and_no_dotfile_is_served() {
    let site = Site::new("outside");
    for path in ["/.secret", "/%2esecret", "/../etc/passwd", "/..%2f..%2fetc/passwd", "/www/%2e%2e/index.html", "/a%00"]
    {
        assert_eq!(status(&site.get(path, "")), "404", "{path}");
    }
    assert!(locate(&site.folder, "/C:/x").is_none());
    assert!(locate(&site.folder, "/www\\a.js").is_none());
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_is_not_followed() {
    let site = Site::new("link");
    std::os::unix::fs::symlink("/etc", site.folder.join("etc")).expect("a link");
    assert_eq!(status(&site.get("/etc/hostname", "")), "404");
}

#[test]
fn a_part_of_a_file_is_sent() {
    let site = Site::new("part");
    let answer = site.get("/www/a.js", "Range: bytes=2-4\r\n");
    assert_eq!((status(&answer), body(&answer)), ("206", "234"));
    assert!(answer.contains("Content-Range: bytes 2-4/10"));
    assert_eq!(status(&site.get("/www/a.js", "Range: bytes=10-\r\n")), "416");
    let stale = site.get("/www/a.js", "Range: bytes=2-4\r\nIf-Range: \"old\"\r\n");
    assert_eq!((status(&stale), body(&stale)), ("200", "0123456789"));
}

#[test]
fn a_precompressed_file_is_sent_to_who_takes_it() {
    let site = Site::new("zipped");
    let zipped = site.get("/www/a.js", "Accept-Encoding: br, gzip;q=1\r\n");
    assert_eq!(body(&zipped), "zipped");
    assert!(zipped.contains("Content-Encoding: gzip") && zipped.contains("text/javascript"));
    assert_eq!(body(&site.get("/www/a.js", "")), "0123456789");
}

#[test]
fn an_unchanged_file_is_not_sent_again() {
    let site = Site::new("tag");
    let first = site.get("/www/a.js", "");
    let tag = first.lines().find_map(|line| line.strip_prefix("ETag: ")).expect("a tag");
    let second = site.get("/www/a.js", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((status(&second), body(&second)), ("304", ""));
}

#[test]
fn wasm_and_modules_have_the_types_that_browsers_insist_on() {
    for (file, kind) in [("a.wasm", "application/wasm"), ("a.mjs", "text/javascript; charset=utf-8")] {
        assert_eq!(media_type(file.as_ref()), kind);
    }
    assert_eq!(media_type("a.safetensors".as_ref()), "application/octet-stream");
}

#[test]
fn a_broken_escape_is_refused() {
    assert_eq!(percent_decode("/a%20b").as_deref(), Some("/a b"));
    for text in ["%", "%2", "%zz", "%ff"] {
        assert_eq!(percent_decode(text), None, "{text}");
    }
}

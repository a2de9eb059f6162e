use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;

use super::{run, site};

/// A folder as the repository's root is: a page, what it needs and what is nobody's business, and a server for it on a
/// free port.
struct Site {
    folder: PathBuf,
    address: SocketAddr,
}

const FILES: [(&str, &str); 10] = [
    ("index.html", "<p>page"),
    ("Cargo.toml", "x"),
    ("target/debug/xtask", "x"),
    (".git/config", "x"),
    ("www/.secret", "x"),
    ("www/a.js", "0123456789"),
    ("www/a.js.gz", "zipped"),
    ("www/only.css", "p{}"),
    ("pkg/cpu/vitrine_bg.wasm", "module"),
    ("pkg/cpu/vitrine_bg.wasm.br", "brotli"),
];

impl Site {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("vitrine-serve-{}-{name}", std::process::id()));
        for (file, text) in FILES {
            let file = folder.join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, text).expect("a file");
        }
        let listener = TcpListener::bind("127.0.0.1:0").expect("a server");
        let (address, router) = (listener.local_addr().expect("an address"), site(&folder));
        std::thread::spawn(move || run(listener, router));
        Site { folder, address }
    }

    /// The whole answer, head and body, as text.
    fn ask(&self, method: &str, path: &str, headers: &str) -> String {
        let host = if headers.contains("Host:") { "" } else { "Host: localhost:8000\r\n" };
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        let head = format!("{method} {path} HTTP/1.1\r\n{host}Connection: close\r\n{headers}\r\n");
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

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    head.lines().find_map(|line| line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|it| it.1))
}

#[test]
fn the_page_is_at_the_root() {
    let site = Site::new("page");
    for path in ["/", "/?q=1", "/index.html"] {
        let answer = site.get(path, "");
        assert_eq!((status(&answer), body(&answer)), ("200", "<p>page"), "{path}");
        assert!(header(&answer, "Content-Type").is_some_and(|kind| kind.starts_with("text/html")));
        assert_eq!(header(&answer, "X-Content-Type-Options"), Some("nosniff"));
    }
    assert_eq!(body(&site.ask("HEAD", "/", "")), "");
    assert_eq!(status(&site.ask("POST", "/", "")), "405");
}

#[test]
fn nothing_but_what_a_site_holds_is_served() {
    let site = Site::new("outside");
    let refused = [
        "/Cargo.toml",
        "/target/debug/xtask",
        "/.git/config",
        "/www/.secret",
        "/www/%2esecret",
        "/www/../Cargo.toml",
        "/www/%2e%2e/Cargo.toml",
        "/www/..%2fCargo.toml",
        "/www/..%5cCargo.toml",
        "/../etc/passwd",
        "//etc/passwd",
        "/www//etc/passwd",
        "/www/a.js%00",
        "/www/%ff",
        "/www/none.js",
    ];
    for path in refused {
        assert_eq!(status(&site.get(path, "")), "404", "{path}");
    }
    assert_eq!(body(&site.get("/www/a.js", "")), "0123456789");
}

#[test]
fn a_folder_is_no_file_and_leads_nowhere() {
    let site = Site::new("folder");
    for path in ["/www", "/www/", "//www", "//www/", "///www", "/pkg/cpu"] {
        let answer = site.get(path, "");
        assert_eq!((status(&answer), header(&answer, "Location")), ("404", None), "{path}");
    }
}

#[test]
fn another_host_is_refused() {
    let site = Site::new("host");
    for host in ["localhost", "localhost:8000", "127.0.0.1:9", "[::1]:8000", "LOCALHOST"] {
        assert_eq!(status(&site.get("/", &format!("Host: {host}\r\n"))), "200", "{host}");
    }
    for host in ["example.com", "localhost.example.com", "127.0.0.1.nip.io:8000", "0.0.0.0", "", "a b"] {
        assert_ne!(status(&site.get("/", &format!("Host: {host}\r\n"))), "200", "{host}");
    }
    assert_eq!(status(&site.get("/", "Host: example.com\r\n")), "403");
}

#[test]
fn connections_that_stay_open_keep_nobody_waiting() {
    let site = Site::new("open");
    let idle: Vec<TcpStream> = (0..64).map(|_| TcpStream::connect(site.address).expect("a connection")).collect();
    for mut stream in idle.iter().take(32) {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: local").expect("half a request");
    }
    assert_eq!(status(&site.get("/", "")), "200");
    drop(idle);
}

#[test]
fn what_is_no_request_does_not_end_the_server() {
    let site = Site::new("garbage");
    for bytes in [b"\x16\x03\x01\x02\x00".as_slice(), b"GET\r\n\r\n", b" / HTTP/1.1\r\n\r\n"] {
        let mut stream = TcpStream::connect(site.address).expect("a connection");
        stream.write_all(bytes).expect("some bytes");
        stream.shutdown(std::net::Shutdown::Write).expect("an end");
        let mut answer = vec![];
        let _ = stream.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }
    assert_eq!(status(&site.get("/", "")), "200");
}

#[test]
fn a_part_of_a_file_is_sent() {
    let site = Site::new("part");
    let answer = site.get("/www/a.js", "Range: bytes=2-4\r\nAccept-Encoding: gzip\r\n");
    assert_eq!((status(&answer), body(&answer)), ("206", "234"));
    assert_eq!(header(&answer, "Content-Range"), Some("bytes 2-4/10"));
    assert_eq!(body(&site.get("/www/a.js", "Range: bytes=-3\r\n")), "789");
    assert_eq!(status(&site.get("/www/a.js", "Range: bytes=10-\r\n")), "416");
}

#[test]
fn a_part_of_a_file_that_has_changed_is_not_sent() {
    let site = Site::new("changed");
    let first = site.get("/www/a.js", "");
    let tag = header(&first, "ETag").expect("a strong tag");
    assert!(tag.starts_with('"'));
    let same = site.get("/www/a.js", &format!("Range: bytes=2-4\r\nIf-Range: {tag}\r\n"));
    assert_eq!((status(&same), body(&same)), ("206", "234"));
    let stale = site.get("/www/a.js", "Range: bytes=2-4\r\nIf-Range: \"old\"\r\n");
    assert_eq!((status(&stale), body(&stale)), ("200", "0123456789"));
}

#[test]
fn a_precompressed_file_is_sent_to_who_takes_it() {
    let site = Site::new("zipped");
    let zipped = site.get("/www/a.js", "Accept-Encoding: gzip, deflate, br\r\n");
    assert_eq!((body(&zipped), header(&zipped, "Content-Encoding")), ("zipped", Some("gzip")));
    assert!(header(&zipped, "Content-Type").is_some_and(|kind| kind.starts_with("text/javascript")));
    let module = site.get("/pkg/cpu/vitrine_bg.wasm", "Accept-Encoding: gzip, deflate, br\r\n");
    assert_eq!((body(&module), header(&module, "Content-Encoding")), ("brotli", Some("br")));
    assert_eq!(header(&module, "Content-Type"), Some("application/wasm"));
    assert_eq!(body(&site.get("/www/a.js", "")), "0123456789");
    assert_eq!(body(&site.get("/www/only.css", "Accept-Encoding: br, gzip\r\n")), "p{}");
}

#[test]
fn an_unchanged_file_is_not_sent_again() {
    let site = Site::new("tag");
    let first = site.get("/www/a.js", "");
    let tag = header(&first, "ETag").expect("a tag");
    let second = site.get("/www/a.js", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((status(&second), body(&second)), ("304", ""));
}

//! One HTTP/1.1 request and one answer on a connection of its own, which then closes.
//!
//! A browser opens several connections at once and keeps them: a server with a fixed number of threads can leave the last of
//! them waiting for as long as the others live (tiny_http 0.12 does). Here every connection has a thread and none is kept.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;

/// A head that is longer is no browser's.
const LONGEST_HEAD: usize = 1 << 16;
const MOST_HEADERS: usize = 100;
/// Browsers open connections ahead of need and may never use them.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was asked for.
pub struct Request {
    pub method: String,
    /// Path and query, as they came.
    pub target: String,
    headers: Vec<(String, String)>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Reads a head; `None` where the browser sent none, or something else.
    fn read(stream: &mut TcpStream) -> io::Result<Option<Self>> {
        let (mut head, mut piece) = (vec![], [0; 4096]);
        while head.len() < LONGEST_HEAD {
            let count = stream.read(&mut piece)?;
            if count == 0 {
                return Ok(None);
            }
            head.extend_from_slice(&piece[..count]);
            match parse(&head) {
                Ok(None) => {}
                Ok(found) => return Ok(found),
                Err(_) => return Ok(None),
            }
        }
        Ok(None)
    }
}

/// The request of a head, once it is complete.
fn parse(head: &[u8]) -> Result<Option<Request>, httparse::Error> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    if request.parse(head)?.is_partial() {
        return Ok(None);
    }
    let text = |header: &httparse::Header| (header.name.to_owned(), String::from_utf8_lossy(header.value).into_owned());
    Ok(Some(Request {
        method: request.method.unwrap_or_default().to_owned(),
        target: request.path.unwrap_or_default().to_owned(),
        headers: request.headers.iter().map(text).collect(),
    }))
}

/// An answer: its status, what is said of it, and its bytes.
pub struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Box<dyn Read + Send>,
    length: u64,
}

impl Reply {
    pub fn new(status: u16, body: Box<dyn Read + Send>, length: u64) -> Self {
        Self { status, headers: vec![], body, length }.with("X-Content-Type-Options", "nosniff")
    }

    pub fn text(status: u16, text: &'static str) -> Self {
        Self::new(status, Box::new(text.as_bytes()), text.len() as u64)
            .with("Content-Type", "text/plain; charset=utf-8")
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn write(mut self, stream: &mut TcpStream, head_alone: bool) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {} {}\r\nConnection: close\r\n", self.status, reason(self.status));
        if self.status != 304 {
            head += &format!("Content-Length: {}\r\n", self.length);
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        stream.write_all(format!("{head}\r\n").as_bytes())?;
        if !head_alone {
            io::copy(&mut self.body, stream)?;
        }
        stream.flush()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        301 => "Moved Permanently",
        304 => "Not Modified",
        404 => "Not Found",
        405 => "Method Not Allowed",
        _ => "Range Not Satisfiable",
    }
}

/// Answers whatever arrives, until the listener fails.
pub fn serve(listener: &TcpListener, answer: impl Fn(&Request) -> Reply + Sync) {
    std::thread::scope(|scope| {
        for stream in listener.incoming().flatten() {
            let answer = &answer;
            // A browser that goes away in the middle of an answer is no fault of the server's.
            scope.spawn(move || converse(stream, answer).ok());
        }
    });
}

fn converse(mut stream: TcpStream, answer: impl Fn(&Request) -> Reply) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let Some(request) = Request::read(&mut stream)? else { return Ok(()) };
    answer(&request).write(&mut stream, request.method == "HEAD")?;
    stream.shutdown(Shutdown::Write)
}

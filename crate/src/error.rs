//! The one error type of the crate: a stable code for programs and a message that tells a person what to do.

use std::fmt;

/// The stable codes of `EngineError` in the JavaScript contract (`docs/contract.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// Not a checkpoint of a known architecture, or not a readable one.
    UnsupportedCheckpoint,
    /// A file ends before it should.
    Truncated,
    /// A photo that cannot be read or used.
    BadImage,
    /// A call with arguments that do not fit the network.
    BadInput,
    /// Bytes that are not the ones expected.
    ChecksumMismatch,
    /// The device or the wasm memory is full.
    OutOfMemory,
    /// No WebGPU adapter that the runtime can use.
    NoWebgpu,
    /// The GPU stopped answering.
    DeviceLost,
    /// A catalogue id, stage or method that does not exist.
    NotFound,
    /// A fault of the engine itself.
    Internal,
}

impl Code {
    /// The code as JavaScript sees it.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::UnsupportedCheckpoint => "unsupported-checkpoint",
            Code::Truncated => "truncated",
            Code::BadImage => "bad-image",
            Code::BadInput => "bad-input",
            Code::ChecksumMismatch => "checksum-mismatch",
            Code::OutOfMemory => "out-of-memory",
            Code::NoWebgpu => "no-webgpu",
            Code::DeviceLost => "device-lost",
            Code::NotFound => "not-found",
            Code::Internal => "internal",
        }
    }
}

/// What went wrong, and what the caller can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// For programs.
    pub code: Code,
    /// For people.
    pub message: String,
}

/// `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of the given code.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for Error {}

//! `FILE.gz` and `FILE.br` beside a file, for servers that hand out precompressed files.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use ::brotli::CompressorWriter;
use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};

const BUFFER: usize = 1 << 16;
const QUALITY: u32 = 11;
/// The largest window of RFC 7932, 16 MiB: an engine refers to what it said long before.
const WINDOW: u32 = 24;

/// Writes `FILE.gz`.
pub fn gzip(file: &Path) -> Result<()> {
    write(file, "gz", |bytes| {
        let mut encoder = GzEncoder::new(vec![], Compression::best());
        encoder.write_all(bytes)?;
        encoder.finish()
    })
}

/// Writes `FILE.br`. The best quality takes two seconds for a megabyte.
pub fn brotli(file: &Path) -> Result<()> {
    write(file, "br", |bytes| {
        let mut encoder = CompressorWriter::new(vec![], BUFFER, QUALITY, WINDOW);
        encoder.write_all(bytes)?;
        Ok(encoder.into_inner())
    })
}

/// The path of what is written beside a file.
pub fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

fn write(file: &Path, suffix: &str, compress: impl Fn(&[u8]) -> std::io::Result<Vec<u8>>) -> Result<()> {
    let bytes = fs::read(file).with_context(|| file.display().to_string())?;
    Ok(fs::write(beside(file, suffix), compress(&bytes)?)?)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;

    use super::{beside, brotli, gzip};

    #[test]
    fn what_was_compressed_is_read_again() {
        let folder = std::env::temp_dir().join(format!("vitrine-compress-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("a.txt");
        let text = "a page and its engine, ".repeat(1000).into_bytes();
        fs::write(&file, &text).unwrap();
        gzip(&file).unwrap();
        brotli(&file).unwrap();
        let [gz, br] = ["gz", "br"].map(|suffix| fs::read(beside(&file, suffix)).unwrap());
        let (mut unzipped, mut read) = (vec![], vec![]);
        flate2::read::GzDecoder::new(gz.as_slice()).read_to_end(&mut unzipped).unwrap();
        ::brotli::Decompressor::new(br.as_slice(), 4096).read_to_end(&mut read).unwrap();
        assert!(unzipped == text && read == text);
        assert!(gz.len() < 300 && br.len() < 100);
        fs::remove_dir_all(folder).unwrap();
    }
}

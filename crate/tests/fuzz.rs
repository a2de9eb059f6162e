//! The fuzz targets of `crate/fuzz` over their corpus, each input changed in ways that a seed chooses.
//! `VITRINE_FUZZ=20` makes twenty times as many; coverage guides them under `cargo fuzz`.

use std::fmt;
use std::path::PathBuf;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{RngSeed, TestRunner};

use crate::targets::{checkpoint, network, picture};

const SEED: u64 = 15;
const LONGEST: usize = 8192;
/// Numbers at which lengths and sizes overflow.
const NUMBERS: [u64; 8] = [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF_FFFF, u64::MAX / 2, u64::MAX];

/// Shows as bytes that can be kept as a file of the corpus.
#[derive(Clone)]
struct Input(Vec<u8>);

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

#[derive(Debug, Clone)]
enum Change {
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    /// A number of so many bytes, low byte first.
    Number(Index, usize, usize),
    Word(Index, Index),
    /// Bytes of the input once more, elsewhere.
    Copy(Index, Index, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<Index>;
    prop_oneof![
        (place(), 1u8..).prop_map(|(at, bits)| Change::Flip(at, bits)),
        (place(), vec(any::<u8>(), 1..9)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (place(), 1usize..40).prop_map(|(at, count)| Change::Remove(at, count)),
        (place(), 0..NUMBERS.len(), 1usize..9).prop_map(|(at, which, width)| Change::Number(at, which, width)),
        (place(), place()).prop_map(|(at, word)| Change::Word(at, word)),
        (place(), place(), 1usize..40).prop_map(|(to, from, count)| Change::Copy(to, from, count)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change, words: &[String]) {
    let at = |index: &Index| index.index(bytes.len() + 1);
    match change {
        Change::Flip(index, bits) => {
            if !bytes.is_empty() {
                let at = index.index(bytes.len());
                bytes[at] ^= bits;
            }
        }
        Change::Insert(index, more) => insert(bytes, at(index), more),
        Change::Remove(index, count) => {
            let at = at(index);
            bytes.drain(at..(at + count).min(bytes.len()));
        }
        Change::Number(index, which, width) => {
            let at = at(index);
            let end = (at + width).min(bytes.len());
            bytes[at..end].copy_from_slice(&NUMBERS[*which].to_le_bytes()[..end - at]);
        }
        Change::Word(index, word) => {
            if !words.is_empty() {
                insert(bytes, at(index), word.get(words).as_bytes());
            }
        }
        Change::Copy(to, from, count) => {
            let from = at(from);
            let piece = bytes[from..(from + count).min(bytes.len())].to_vec();
            insert(bytes, at(to), &piece);
        }
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, more: &[u8]) {
    bytes.splice(at..at, more.iter().copied());
    bytes.truncate(LONGEST);
}

fn folder() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("fuzz")
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder().join("corpus").join(target)).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// The dictionary of libFuzzer: a quoted word a line.
fn words() -> Vec<String> {
    let text = std::fs::read_to_string(folder().join("safetensors.dict")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn survives(target: &str, cases: u32, run: fn(&[u8])) {
    let (corpus, words) = (corpus(target), words());
    assert!(corpus.len() > 3, "{target} has no corpus");
    corpus.iter().for_each(|input| run(input));
    let times: u32 = std::env::var("VITRINE_FUZZ").map_or(1, |times| times.parse().unwrap());
    let config = ProptestConfig {
        cases: cases * times,
        rng_seed: RngSeed::Fixed(SEED),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let inputs = (0..corpus.len(), vec(change(), 1..8)).prop_map(|(which, changes)| {
        let mut input = corpus[which].clone();
        changes.iter().for_each(|change| apply(&mut input, change, &words));
        Input(input)
    });
    let result = TestRunner::new(config).run(&inputs, |input| {
        run(&input.0);
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{target}: {failure}"));
}

#[test]
fn any_checkpoint_is_read_or_refused() {
    survives("checkpoint", 40_000, checkpoint::run);
}

#[test]
fn any_picture_is_read_or_refused() {
    survives("picture", 12_000, picture::run);
}

#[test]
fn any_network_answers_or_is_refused() {
    survives("network", 3_000, network::run);
}

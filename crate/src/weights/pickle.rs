//! The pickle inside a PyTorch file, parsed and never run: of the machine's operations those that `torch.save` writes,
//! of the functions it may call those that name a tensor. Whatever else is called becomes an object of no further
//! meaning.
//!
//! Values lie in one arena and refer to each other by index, so that neither depth nor cycles of a hostile file can
//! hurt.

mod objects;

use std::collections::HashMap;

use super::Dtype;
use crate::error::{Code, Error, Result};

/// Values that one pickle may hold.
const MAX_VALUES: usize = 4_000_000;
/// Dictionaries within dictionaries that are looked through for tensors.
const MAX_DEPTH: usize = 64;

type Ref = usize;

#[derive(Debug, Clone)]
enum Value {
    None,
    Int(i64),
    Text(String),
    /// Tuples and lists.
    List(Vec<Ref>),
    Dict(Vec<(Ref, Ref)>),
    /// A name of a module: "torch FloatStorage".
    Global(String),
    /// An object of some class, with the state it was given.
    Object(Option<Ref>),
    Storage(usize),
    Tensor(usize),
}

/// The bytes that tensors are views of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    /// The name under which its bytes are stored.
    pub key: String,
    /// Of its elements; `None` where each tensor says so itself.
    pub dtype: Option<Dtype>,
    /// Bytes.
    pub size: u64,
}

/// A tensor as a view of a storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The place in dictionaries: keys joined by dots.
    pub name: String,
    /// Index of the storage.
    pub storage: usize,
    /// How its elements are stored.
    pub dtype: Dtype,
    /// First element.
    pub offset: u64,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Elements between neighbours of each dimension.
    pub strides: Vec<u64>,
}

/// What a pickle tells of tensors.
#[derive(Debug, Default)]
pub struct Contents {
    /// In the order of their first use.
    pub storages: Vec<Storage>,
    /// In the order of the dictionaries.
    pub tensors: Vec<View>,
    /// Strings of the outermost list: the order of storages in files of before PyTorch 1.6.
    pub strings: Vec<String>,
}

/// Reads one pickle from the start of `bytes`: its contents and its length, or `None` where more bytes are needed.
///
/// # Errors
///
/// `UnsupportedCheckpoint` for what `torch.save` does not write.
pub fn read(bytes: &[u8]) -> Result<Option<(Contents, usize)>> {
    let mut machine = Machine {
        bytes,
        at: 0,
        values: vec![],
        stack: vec![],
        marks: vec![],
        memo: HashMap::new(),
        storages: vec![],
        keys: HashMap::new(),
        tensors: vec![],
    };
    match machine.run() {
        Ok(root) => {
            let length = machine.at;
            Ok(Some((machine.contents(root), length)))
        }
        Err(Stop::More) => Ok(None),
        Err(Stop::Wrong(error)) => Err(error),
    }
}

enum Stop {
    More,
    Wrong(Error),
}

type Step<T> = std::result::Result<T, Stop>;

fn wrong<T>(what: impl std::fmt::Display) -> Step<T> {
    let message =
        format!("this PyTorch file cannot be read: {what}. Save its state_dict() with torch.save or as safetensors.");
    Err(Stop::Wrong(Error::new(Code::UnsupportedCheckpoint, message)))
}

struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    values: Vec<Value>,
    stack: Vec<Ref>,
    marks: Vec<usize>,
    memo: HashMap<u64, Ref>,
    storages: Vec<Storage>,
    keys: HashMap<String, usize>,
    tensors: Vec<View>,
}

impl Machine<'_> {
    fn take(&mut self, n: usize) -> Step<&[u8]> {
        let end = self.at.checked_add(n).filter(|&end| end <= self.bytes.len()).ok_or(Stop::More)?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    /// A little-endian number of `n` bytes.
    fn number(&mut self, n: usize) -> Step<u64> {
        Ok(self.take(n)?.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    fn long(&mut self, n: usize) -> Step<i64> {
        let bytes = self.take(n)?;
        let negative = bytes.last().is_some_and(|b| b & 0x80 != 0);
        let fill = if negative { 0xff } else { 0 };
        // Longer ones are seeds of random generators, of no meaning here.
        Ok(i64::from_le_bytes(std::array::from_fn(|i| bytes.get(i).copied().unwrap_or(fill))))
    }

    fn line(&mut self) -> Step<String> {
        let length = self.bytes[self.at..].iter().position(|&b| b == b'\n').ok_or(Stop::More)?;
        let line = String::from_utf8_lossy(self.take(length)?).into_owned();
        self.at += 1;
        Ok(line)
    }

    fn text(&mut self, length: usize) -> Step<Value> {
        Ok(Value::Text(String::from_utf8_lossy(self.take(length)?).into_owned()))
    }

    fn add(&mut self, value: Value) -> Step<Ref> {
        if self.values.len() == MAX_VALUES {
            return wrong("it holds too many values");
        }
        self.values.push(value);
        Ok(self.values.len() - 1)
    }

    fn push(&mut self, value: Value) -> Step<()> {
        let index = self.add(value)?;
        self.stack.push(index);
        Ok(())
    }

    fn pop(&mut self) -> Step<Ref> {
        let floor = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= floor {
            return wrong("its pickle takes from an empty stack");
        }
        self.stack.pop().ok_or(Stop::More)
    }

    fn top(&self) -> Step<Ref> {
        self.stack.last().copied().map_or_else(|| wrong("its pickle reads an empty stack"), Ok)
    }

    /// What was pushed since the last mark.
    fn marked(&mut self) -> Step<Vec<Ref>> {
        match self.marks.pop() {
            Some(mark) if mark <= self.stack.len() => Ok(self.stack.split_off(mark)),
            _ => wrong("its pickle has no mark where it needs one"),
        }
    }

    fn collect(&mut self, n: usize) -> Step<()> {
        let mut items = (0..n).map(|_| self.pop()).collect::<Step<Vec<_>>>()?;
        items.reverse();
        self.push(Value::List(items))
    }

    fn remember(&mut self, key: u64) -> Step<()> {
        let top = self.top()?;
        self.memo.insert(key, top);
        Ok(())
    }

    fn recall(&mut self, key: u64) -> Step<()> {
        match self.memo.get(&key) {
            Some(&value) => {
                self.stack.push(value);
                Ok(())
            }
            None => wrong("its pickle recalls what it did not remember"),
        }
    }

    fn extend(&mut self, items: Vec<Ref>) -> Step<()> {
        let top = self.top()?;
        if let Value::List(list) = &mut self.values[top] {
            list.extend(items);
        }
        Ok(())
    }

    fn set(&mut self, items: &[Ref]) -> Step<()> {
        let top = self.top()?;
        let pairs = items.as_chunks::<2>().0.iter().map(|&[key, value]| (key, value));
        if let Value::Dict(dict) = &mut self.values[top] {
            dict.extend(pairs);
        }
        Ok(())
    }

    fn parsed(&self, text: &str) -> Step<Value> {
        let number = text.trim().trim_end_matches('L');
        // "01" and "00" are how protocol 0 writes true and false.
        number.parse().map_or_else(|_| wrong("its pickle has a number that is none"), |n| Ok(Value::Int(n)))
    }

    fn run(&mut self) -> Step<Ref> {
        loop {
            let op = self.take(1)?[0];
            match op {
                b'.' => return self.pop(),
                0x80 => _ = self.take(1)?,
                0x95 => _ = self.take(8)?,
                b'(' => self.marks.push(self.stack.len()),
                b'0' => _ = self.pop()?,
                b'1' => _ = self.marked()?,
                b'2' => self.stack.push(self.top()?),
                b'N' => self.push(Value::None)?,
                0x88 | 0x89 => self.push(Value::Int(i64::from(op == 0x88)))?,
                b'J' => {
                    let n = self.number(4)? as u32 as i32;
                    self.push(Value::Int(n.into()))?;
                }
                b'K' | b'M' => {
                    let n = self.number(if op == b'K' { 1 } else { 2 })?;
                    self.push(Value::Int(n as i64))?;
                }
                0x8a | 0x8b => {
                    let length = self.number(if op == 0x8a { 1 } else { 4 })? as usize;
                    let n = self.long(length)?;
                    self.push(Value::Int(n))?;
                }
                b'G' => {
                    self.take(8)?;
                    self.push(Value::None)?;
                }
                b'I' | b'L' => {
                    let line = self.line()?;
                    let n = self.parsed(&line)?;
                    self.push(n)?;
                }
                b'F' => {
                    self.line()?;
                    self.push(Value::None)?;
                }
                b'S' | b'V' => {
                    let line = self.line()?;
                    self.push(Value::Text(line.trim_matches('\'').to_owned()))?;
                }
                b'X' | b'T' | b'B' => {
                    let length = self.number(4)? as usize;
                    let text = self.text(length)?;
                    self.push(text)?;
                }
                b'U' | 0x8c | b'C' => {
                    let length = self.number(1)? as usize;
                    let text = self.text(length)?;
                    self.push(text)?;
                }
                0x8d | 0x8e | 0x96 => {
                    let length = self.number(8)?;
                    let text = self.text(usize::try_from(length).map_err(|_| Stop::More)?)?;
                    self.push(text)?;
                }
                b')' | b']' | 0x8f => self.push(Value::List(vec![]))?,
                b'}' => self.push(Value::Dict(vec![]))?,
                b't' | b'l' | 0x91 => {
                    let items = self.marked()?;
                    self.push(Value::List(items))?;
                }
                b'd' => {
                    let items = self.marked()?;
                    self.push(Value::Dict(vec![]))?;
                    self.set(&items)?;
                }
                0x85..=0x87 => self.collect(usize::from(op - 0x84))?,
                b'a' => {
                    let item = self.pop()?;
                    self.extend(vec![item])?;
                }
                b'e' | 0x90 => {
                    let items = self.marked()?;
                    self.extend(items)?;
                }
                b's' => {
                    let value = self.pop()?;
                    let key = self.pop()?;
                    self.set(&[key, value])?;
                }
                b'u' => {
                    let items = self.marked()?;
                    self.set(&items)?;
                }
                b'q' | b'r' => {
                    let key = self.number(if op == b'q' { 1 } else { 4 })?;
                    self.remember(key)?;
                }
                0x94 => self.remember(self.memo.len() as u64)?,
                b'p' => {
                    let key = self.line()?;
                    self.remember(key.trim().parse().unwrap_or(u64::MAX))?;
                }
                b'h' | b'j' => {
                    let key = self.number(if op == b'h' { 1 } else { 4 })?;
                    self.recall(key)?;
                }
                b'g' => {
                    let key = self.line()?;
                    self.recall(key.trim().parse().unwrap_or(u64::MAX))?;
                }
                b'c' => {
                    let (module, name) = (self.line()?, self.line()?);
                    self.push(Value::Global(format!("{module} {name}")))?;
                }
                0x93 => {
                    let (name, module) = (self.pop()?, self.pop()?);
                    let global = format!("{} {}", self.as_text(module), self.as_text(name));
                    self.push(Value::Global(global))?;
                }
                b'Q' => {
                    let id = self.pop()?;
                    let storage = self.storage(id)?;
                    self.push(storage)?;
                }
                b'R' | 0x81 => {
                    let (args, callable) = (self.pop()?, self.pop()?);
                    let result = self.call(callable, args, MAX_DEPTH)?;
                    self.stack.push(result);
                }
                0x92 => {
                    let (_, _, _) = (self.pop()?, self.pop()?, self.pop()?);
                    self.push(Value::Object(None))?;
                }
                b'b' => {
                    let state = self.pop()?;
                    let top = self.top()?;
                    if let Value::Object(slot) = &mut self.values[top] {
                        *slot = Some(state);
                    }
                }
                op => return wrong(format!("its pickle has an operation, {op:#04x}, that torch.save does not write")),
            }
        }
    }
}

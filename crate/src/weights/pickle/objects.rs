//! What the objects of a pickle mean: the calls that name storages and tensors, and the dictionaries they lie in.

use super::{Contents, MAX_DEPTH, Machine, Ref, Step, Storage, Value, View, wrong};
use crate::weights::{Dtype, MAX_TENSORS, quoted};

impl Machine<'_> {
    pub(super) fn as_text(&self, value: Ref) -> &str {
        match &self.values[value] {
            Value::Text(text) | Value::Global(text) => text,
            _ => "",
        }
    }

    pub(super) fn as_int(&self, value: Ref) -> Option<i64> {
        if let Value::Int(n) = self.values[value] { Some(n) } else { None }
    }

    pub(super) fn as_list(&self, value: Ref) -> Option<&[Ref]> {
        if let Value::List(items) = &self.values[value] { Some(items) } else { None }
    }

    pub(super) fn integers(&self, value: Ref) -> Option<Vec<u64>> {
        self.as_list(value)?.iter().map(|&item| self.as_int(item)?.try_into().ok()).collect()
    }

    /// `('storage', torch.FloatStorage, key, location, elements)`.
    pub(super) fn storage(&mut self, id: Ref) -> Step<Value> {
        let parts = match self.as_list(id) {
            Some(&[kind, class, key, _, elements, ..]) if self.as_text(kind) == "storage" => {
                Some((class, key, elements))
            }
            _ => None,
        };
        let Some((class, key, elements)) = parts else { return wrong("it refers to something that is no storage") };
        let (class, key) = (self.as_text(class).to_owned(), self.as_text(key).to_owned());
        let elements = self.as_int(elements).and_then(|n| u64::try_from(n).ok());
        let (dtype, bytes) = match class.rsplit([' ', '.']).next().unwrap_or_default() {
            "UntypedStorage" => (None, 1),
            name => match storage_dtype(name) {
                Some(dtype) => (Some(dtype), dtype.size() as u64),
                None => return wrong(format!("it holds numbers of a kind that is not known, {}", quoted(&class))),
            },
        };
        let Some(size) = elements.and_then(|n| n.checked_mul(bytes)) else { return wrong("a storage has no size") };
        let index = match self.keys.get(&key) {
            Some(&index) => index,
            None => {
                self.storages.push(Storage { key: key.clone(), dtype, size });
                self.keys.insert(key, self.storages.len() - 1);
                self.storages.len() - 1
            }
        };
        Ok(Value::Storage(index))
    }

    /// The few functions that mean something: those that make tensors, and dictionaries.
    pub(super) fn call(&mut self, callable: Ref, args: Ref, depth: usize) -> Step<Ref> {
        let name = self.as_text(callable).to_owned();
        let args: Vec<Ref> = self.as_list(args).unwrap_or_default().to_vec();
        match (name.as_str(), &args[..]) {
            (
                "torch._utils _rebuild_tensor_v2" | "torch._utils _rebuild_tensor",
                &[storage, offset, shape, strides, ..],
            ) => self.tensor(storage, offset, shape, strides, None),
            ("torch._utils _rebuild_tensor_v3", &[storage, offset, shape, strides, _, _, dtype, ..]) => {
                self.tensor(storage, offset, shape, strides, Some(dtype))
            }
            ("torch._utils _rebuild_parameter" | "torch._utils _rebuild_parameter_with_state", &[data, ..]) => Ok(data),
            ("torch._tensor _rebuild_from_type_v2", &[function, _, args, ..]) if depth > 0 => {
                self.call(function, args, depth - 1)
            }
            ("collections OrderedDict" | "collections defaultdict" | "builtins dict" | "__builtin__ dict", args) => {
                let pairs: Vec<Ref> = match args.first().and_then(|&items| self.as_list(items)) {
                    Some(items) => items.iter().filter_map(|&i| self.as_list(i)).flatten().copied().collect(),
                    None => vec![],
                };
                let pairs = pairs.as_chunks::<2>().0.iter().map(|&[key, value]| (key, value)).collect();
                self.add(Value::Dict(pairs))
            }
            _ => self.add(Value::Object(None)),
        }
    }

    pub(super) fn tensor(
        &mut self,
        storage: Ref,
        offset: Ref,
        shape: Ref,
        strides: Ref,
        dtype: Option<Ref>,
    ) -> Step<Ref> {
        let Value::Storage(storage) = self.values[storage] else { return wrong("a tensor has no storage") };
        let dtype = match dtype {
            Some(dtype) => dtype_named(self.as_text(dtype)),
            None => self.storages[storage].dtype,
        };
        let Some(dtype) = dtype else { return wrong("a tensor holds numbers of a kind that is not known") };
        let offset = self.as_int(offset).and_then(|n| u64::try_from(n).ok());
        let (Some(offset), Some(shape), Some(strides)) = (offset, self.integers(shape), self.integers(strides)) else {
            return wrong("a tensor has no shape");
        };
        let narrow: Option<Vec<usize>> = shape.iter().map(|&n| usize::try_from(n).ok()).collect();
        let empty = shape.contains(&0);
        // The place after the last element that the view reads.
        let last = shape
            .iter()
            .zip(&strides)
            .try_fold(offset, |sum, (&n, &stride)| sum.checked_add(n.saturating_sub(1).checked_mul(stride)?));
        let end = last.and_then(|last| last.checked_add(u64::from(!empty))?.checked_mul(dtype.size() as u64));
        let inside = end.is_some_and(|end| empty || end <= self.storages[storage].size);
        match narrow {
            Some(shape) if inside && shape.len() == strides.len() => {
                self.tensors.push(View { name: String::new(), storage, dtype, offset, shape, strides });
                self.add(Value::Tensor(self.tensors.len() - 1))
            }
            _ => wrong("a tensor is larger than what is stored of it"),
        }
    }

    /// Tensors by their places in the dictionaries of `root`.
    pub(super) fn contents(mut self, root: Ref) -> Contents {
        // Parts of a pickled module that are no names of its own.
        const PARTS: [&str; 3] = ["_parameters", "_buffers", "_modules"];
        let strings = self.as_list(root).unwrap_or_default();
        let strings = strings.iter().map(|&item| self.as_text(item).to_owned()).collect();
        let mut named: Vec<View> = vec![];
        let mut open = vec![(root, String::new(), 0)];
        while let Some((value, path, depth)) = open.pop() {
            match &self.values[value] {
                // A tensor under two names is two entries, as in the file.
                Value::Tensor(index) => named.push(View { name: path, ..self.tensors[*index].clone() }),
                Value::Object(Some(state)) if depth < MAX_DEPTH => open.push((*state, path, depth + 1)),
                Value::Dict(pairs) if depth < MAX_DEPTH && named.len() + open.len() < MAX_TENSORS => {
                    for &(key, value) in pairs.iter().rev() {
                        let key = match &self.values[key] {
                            Value::Text(text) => text.clone(),
                            Value::Int(n) => n.to_string(),
                            _ => continue,
                        };
                        let inner = if PARTS.contains(&key.as_str()) {
                            path.clone()
                        } else if path.is_empty() {
                            key
                        } else {
                            format!("{path}.{key}")
                        };
                        open.push((value, inner, depth + 1));
                    }
                }
                _ => {}
            }
        }
        let mut seen = std::collections::HashSet::new();
        named.retain(|view| seen.insert(view.name.clone()));
        Contents { storages: std::mem::take(&mut self.storages), tensors: named, strings }
    }
}

fn storage_dtype(class: &str) -> Option<Dtype> {
    Some(match class {
        "FloatStorage" => Dtype::F32,
        "DoubleStorage" => Dtype::F64,
        "HalfStorage" => Dtype::F16,
        "BFloat16Storage" => Dtype::BF16,
        "LongStorage" => Dtype::I64,
        "IntStorage" => Dtype::I32,
        "ShortStorage" => Dtype::I16,
        "CharStorage" => Dtype::I8,
        "ByteStorage" => Dtype::U8,
        "BoolStorage" => Dtype::Bool,
        _ => return None,
    })
}

/// "torch float8_e4m3fn".
fn dtype_named(global: &str) -> Option<Dtype> {
    Some(match global.strip_prefix("torch ")? {
        "float32" => Dtype::F32,
        "float64" => Dtype::F64,
        "float16" => Dtype::F16,
        "bfloat16" => Dtype::BF16,
        "float8_e4m3fn" => Dtype::F8E4M3,
        "float8_e5m2" => Dtype::F8E5M2,
        "int64" => Dtype::I64,
        "int32" => Dtype::I32,
        "int16" => Dtype::I16,
        "int8" => Dtype::I8,
        "uint64" => Dtype::U64,
        "uint32" => Dtype::U32,
        "uint16" => Dtype::U16,
        "uint8" => Dtype::U8,
        "bool" => Dtype::Bool,
        _ => return None,
    })
}

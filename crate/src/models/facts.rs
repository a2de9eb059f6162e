//! What a checkpoint's keys and shapes do not tell: heads, activations, pooling, preprocessing. It is read from a
//! configuration, timm's or transformers' `config.json`; what neither tells is assumed, in words.

use serde_json::Value;

use crate::error::{Code, Error, Result};
pub use crate::ops::Activation;

/// Whose configuration it is, which decides what it leaves unsaid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// timm's, of the architecture of that name.
    Timm(String),
    /// transformers', of that `model_type`.
    Transformers(String),
    /// A few settings, or none.
    Partial,
}

/// Names under which configurations hold one setting.
pub type Names = &'static [&'static str];

/// Of transformers and of timm: the number of attention heads.
pub const HEADS: Names = &["num_attention_heads", "num_heads"];
/// The activation.
pub const ACTIVATION: Names = &["hidden_act", "act_layer"];
/// The sides of the image.
pub const IMAGE_SIZE: Names = &["image_size", "img_size"];

/// A configuration and what had to be assumed beside it.
#[derive(Debug, Clone)]
pub struct Facts {
    config: Value,
    origin: Origin,
    assumed: Vec<String>,
    /// Whether what is assumed is of interest: not where the catalogue knows the network.
    silent: bool,
    /// Whether the keys are transformers', whose layers have an epsilon of their own.
    pub transformers_keys: bool,
    /// Whether the keys are another library's than timm's.
    pub foreign_keys: bool,
}

impl Facts {
    /// No configuration.
    pub fn none() -> Self {
        Self {
            config: Value::Null,
            origin: Origin::Partial,
            assumed: vec![],
            silent: false,
            transformers_keys: false,
            foreign_keys: false,
        }
    }

    /// Of a network whose every setting is known.
    pub fn catalogued() -> Self {
        Self { silent: true, ..Self::none() }
    }

    /// Reads a `config.json`; transformers' `preprocessor_config.json` stands in it under `preprocessor_config`.
    ///
    /// # Errors
    ///
    /// `BadInput` where it is no JSON object; `UnsupportedCheckpoint` for a configuration of something that is not
    /// supported.
    pub fn parse(json: &str) -> Result<Self> {
        let config: Value = serde_json::from_str(json)
            .map_err(|e| Error::new(Code::BadInput, format!("the configuration is not JSON: {e}")))?;
        if !config.is_object() {
            let message = "a configuration is an object, as config.json of timm and transformers";
            return Err(Error::new(Code::BadInput, message));
        }
        let text = |key: &str| config.get(key).and_then(Value::as_str).map(str::to_owned);
        let origin = match (text("architecture"), text("model_type")) {
            (Some(timm), _) => Origin::Timm(timm.split('.').next().unwrap_or_default().to_owned()),
            (None, Some(model)) => Origin::Transformers(model),
            (None, None) => Origin::Partial,
        };
        if let Origin::Transformers(model) = &origin {
            const KNOWN: [&str; 8] =
                ["vit", "deit", "resnet", "swin", "swinv2", "vit_mae", "dinov2", "dinov2_with_registers"];
            if !KNOWN.contains(&model.as_str()) {
                return Err(refused(format!("the model type {model} is not supported")));
            }
        }
        for key in ["quantization_config", "peft_type"] {
            if config.get(key).is_some_and(|value| !value.is_null()) {
                return Err(refused(format!("{key}: quantized and adapted weights are not supported")));
            }
        }
        Ok(Self { config, origin, assumed: vec![], silent: false, transformers_keys: false, foreign_keys: false })
    }

    /// Whose configuration it is.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// timm's name of the architecture.
    pub fn timm(&self) -> Option<&str> {
        if let Origin::Timm(name) = &self.origin { Some(name) } else { None }
    }

    /// transformers' name of the architecture.
    pub fn model_type(&self) -> Option<&str> {
        if let Origin::Transformers(name) = &self.origin { Some(name) } else { None }
    }

    /// Whether it is transformers' configuration.
    pub fn transformers(&self) -> bool {
        matches!(self.origin, Origin::Transformers(_))
    }

    /// The first value under one of these names, in timm's arguments, at the top, or in timm's `pretrained_cfg`.
    pub fn value(&self, names: &[&str]) -> Option<&Value> {
        let places = [self.config.get("model_args"), Some(&self.config), self.config.get("pretrained_cfg")];
        let find = |place: &'_ Value, name: &&str| place.get(*name).is_some_and(|value| !value.is_null());
        let place = |place: Option<&'_ Value>| place.is_some_and(|p| names.iter().any(|name| find(p, name)));
        let found = places.into_iter().find(|p| place(*p))??;
        names.iter().find_map(|name| found.get(*name).filter(|value| !value.is_null()))
    }

    /// A part of transformers' preprocessing.
    pub fn preprocessing(&self, name: &str) -> Option<&Value> {
        let own = self.config.get("preprocessor_config").and_then(|p| p.get(name));
        own.or_else(|| self.config.get(name)).filter(|value| !value.is_null())
    }

    /// A whole number.
    pub fn count(&self, names: &[&str]) -> Option<usize> {
        self.value(names)?.as_u64().and_then(|n| usize::try_from(n).ok())
    }

    /// Any number.
    pub fn number(&self, names: &[&str]) -> Option<f64> {
        self.value(names)?.as_f64().filter(|n| n.is_finite())
    }

    /// A word.
    pub fn text(&self, names: &[&str]) -> Option<&str> {
        self.value(names)?.as_str()
    }

    /// Yes or no.
    pub fn flag(&self, names: &[&str]) -> Option<bool> {
        self.value(names)?.as_bool()
    }

    /// Whole numbers, or one.
    pub fn counts(&self, names: &[&str]) -> Option<Vec<usize>> {
        let value = self.value(names)?;
        let one = |value: &Value| value.as_u64().and_then(|n| usize::try_from(n).ok());
        match value.as_array() {
            Some(items) => items.iter().map(one).collect(),
            None => Some(vec![one(value)?]),
        }
    }

    /// Notes what was assumed for want of a configuration.
    pub fn assume(&mut self, words: impl Into<String>) {
        let words = words.into();
        if !self.silent && !self.assumed.contains(&words) {
            self.assumed.push(words);
        }
    }

    /// Notes what was taken off or passed over: an assumption too, where no configuration confirms what is left.
    pub fn note(&mut self, words: &str) {
        if self.origin == Origin::Partial {
            self.assume(words);
        }
    }

    /// What was assumed, in the order of its noting.
    pub fn assumed(&self) -> &[String] {
        &self.assumed
    }

    /// The words for what a configuration does not let be done; they name its architecture.
    pub fn refuse(&self, what: impl std::fmt::Display) -> Error {
        match &self.origin {
            Origin::Timm(name) => refused(format!("{name}: {what}")),
            Origin::Transformers(model) => refused(format!("{model}: {what}")),
            Origin::Partial => refused(what.to_string()),
        }
    }

    /// Checks a number of the checkpoint against the configuration's.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where they differ.
    pub fn agree(&self, names: &[&str], found: usize, what: &str) -> Result<()> {
        match self.count(names) {
            Some(told) if told != found => Err(self.refuse(format!(
                "the configuration says {told} {what}, the weights have {found}. Does it belong to them?"
            ))),
            _ => Ok(()),
        }
    }

    /// The same for a list of them.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where they differ.
    pub fn agree_counts(&self, names: &[&str], found: &[usize], what: &str) -> Result<()> {
        match self.counts(names) {
            Some(told) if told != found => {
                Err(self.refuse(format!("the configuration says {told:?} {what}, the weights have {found:?}")))
            }
            _ => Ok(()),
        }
    }

    /// The same for a part that is there or not; without names it has to be.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where they differ.
    pub fn agree_flag(&self, names: &[&str], found: bool, what: &str) -> Result<()> {
        let told = if names.is_empty() { Some(true) } else { self.flag(names) };
        let with = |has: bool| if has { "with" } else { "without" };
        match told {
            Some(told) if told != found => {
                Err(self.refuse(format!("the configuration is {} {what}, the weights are {}", with(told), with(found))))
            }
            _ => Ok(()),
        }
    }

    /// Checks the image of a network that takes no other.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where the configuration has another, or one that is not square.
    pub fn agree_size(&mut self, size: usize, words: impl Into<String>) -> Result<()> {
        let told = self.image_size()?;
        if let Some(told) = told.filter(|told| *told != size) {
            return Err(self.refuse(format!("the weights are of images of {size} pixels, not {told}")));
        }
        self.or_assume(told, size, words);
        Ok(())
    }

    /// The activation that the configuration names, or `usual`, which timm and transformers do not spell out.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` for one that is not known.
    pub fn activation(&mut self, names: &[&str], usual: Activation) -> Result<Activation> {
        match self.text(names).map(str::to_owned) {
            Some(name) => {
                Activation::named(&name).ok_or_else(|| self.refuse(format!("the activation {name} is not supported")))
            }
            None => {
                if self.origin == Origin::Partial {
                    self.assume(usual.title());
                }
                Ok(usual)
            }
        }
    }

    /// The number of heads that share `width` channels: what the configuration says, or timm's by the architecture's
    /// name, or
    /// `guess`.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where it does not divide the width.
    pub fn heads(&mut self, names: &[&str], width: usize, guess: usize) -> Result<usize> {
        let by_name = self.timm().and_then(timm_heads);
        let class_default = self.transformers().then_some(if names == HEADS { 12 } else { 16 });
        let heads = match self.count(names).or(by_name).or(class_default) {
            Some(heads) => heads,
            None => {
                let each = width / guess.max(1);
                self.assume(format!("{guess} attention heads: {each} channels a head"));
                guess
            }
        };
        if heads == 0 || !width.is_multiple_of(heads) {
            return Err(self.refuse(format!("{width} channels cannot be shared by {heads} attention heads")));
        }
        Ok(heads)
    }

    /// The epsilon of layer norms.
    pub fn epsilon(&mut self, usual: f64) -> f64 {
        self.number(&["layer_norm_eps", "norm_eps"]).unwrap_or_else(|| {
            let usual = if self.transformers_keys && usual < 1e-5 { 1e-12 } else { usual };
            if self.origin == Origin::Partial {
                self.assume(format!("a layer norm epsilon of {usual:e}"));
            }
            usual
        })
    }

    /// Notes of a network without a classifier that its answer is features.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where the configuration speaks of classes: the file is cut short, or the configuration
    /// another's.
    pub fn headless(&mut self) -> Result<()> {
        let classifies = |value: &Value| value.as_str().is_some_and(|name| name.ends_with("ForImageClassification"));
        let named =
            self.value(&["architectures"]).and_then(Value::as_array).is_some_and(|all| all.iter().any(classifies));
        match self.count(&["num_classes"]) {
            Some(classes) if classes > 0 => {
                return Err(self.refuse(format!(
                    "the configuration says {classes} classes, but the classifier is missing from the weights"
                )));
            }
            None if named => {
                return Err(self.refuse("the configuration names a classifier, which is missing from the weights"));
            }
            _ => {}
        }
        if self.origin == Origin::Partial {
            self.assume("the weights are whole and have no classifier: the answer is features");
        }
        Ok(())
    }

    /// What the configuration says, or `usual` with the words for it.
    pub fn or_assume<T>(&mut self, told: Option<T>, usual: T, words: impl Into<String>) -> T {
        told.unwrap_or_else(|| {
            if self.origin == Origin::Partial {
                self.assume(words);
            }
            usual
        })
    }

    /// Refuses arguments of timm's model beside those that a family knows.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` with the first such argument.
    pub fn only_arguments(&self, known: &[&str]) -> Result<()> {
        const HARMLESS: [&str; 12] = [
            "num_classes",
            "in_chans",
            "drop_rate",
            "drop_path_rate",
            "pos_drop_rate",
            "patch_drop_rate",
            "proj_drop_rate",
            "attn_drop_rate",
            "weight_init",
            "drop_block_rate",
            "zero_init_last",
            "fix_init",
        ];
        let arguments = self.config.get("model_args").and_then(Value::as_object);
        let strange = |(name, value): &(&String, &Value)| {
            !value.is_null() && !known.contains(&name.as_str()) && !HARMLESS.contains(&name.as_str())
        };
        match arguments.into_iter().flatten().find(strange) {
            Some((name, value)) => Err(self.refuse(format!("{name} = {value} is not supported"))),
            None => Ok(()),
        }
    }

    /// The side of the square image, where the configuration tells it.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where it is not square.
    pub fn image_size(&self) -> Result<Option<usize>> {
        let sides = match self.counts(IMAGE_SIZE) {
            Some(sides) => Some(sides),
            None => self.counts(&["input_size"]).map(|sides| sides.into_iter().skip(1).collect()),
        };
        match sides.as_deref() {
            Some(&[height, width]) if height != width => {
                Err(self
                    .refuse(format!("images of {height} x {width} pixels, which are not square, are not supported")))
            }
            Some(&[side, ..]) => Ok(Some(side)),
            _ => Ok(None),
        }
    }

    /// The names of the classes that the configuration gives, one for each of `classes`.
    pub fn labels(&self, classes: usize) -> Option<Vec<String>> {
        let owned = |value: &Value| value.as_str().map(str::to_owned);
        if let Some(names) = self.config.get("id2label").and_then(Value::as_object) {
            let names: Option<Vec<String>> = (0..classes).map(|i| names.get(&i.to_string()).and_then(owned)).collect();
            return names.filter(|_| classes > 0);
        }
        let names = self.value(&["label_names"])?.as_array()?;
        let described = self.value(&["label_descriptions"]);
        let name = |name: &Value| described.and_then(|d| owned(d.get(name.as_str()?)?)).or_else(|| owned(name));
        names.iter().map(name).collect::<Option<Vec<_>>>().filter(|names| names.len() == classes)
    }
}

/// Heads of timm's ViTs, which its configurations do not hold, by the size in their names.
fn timm_heads(name: &str) -> Option<usize> {
    const SIZES: [(&str, usize); 19] = [
        ("_plus_", 14),
        ("_base_patch16_gap_", 16),
        ("_giant_patch14_dinov2", 24),
        ("_giant_patch14_reg", 24),
        ("_giant_patch16_radio", 24),
        ("_so150m2", 13),
        ("_xsmall", 4),
        ("_tiny", 3),
        ("_small", 6),
        ("_base", 12),
        ("_large", 16),
        ("_huge", 16),
        ("_giant", 16),
        ("_gigantic", 16),
        ("_so400m", 16),
        ("_medium", 8),
        ("_betwixt", 10),
        ("_little", 5),
        ("_so150m", 14),
    ];
    SIZES.iter().find(|(size, _)| name.contains(size)).map(|&(_, heads)| heads)
}

fn refused(message: String) -> Error {
    Error::new(Code::UnsupportedCheckpoint, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_configuration_says_is_not_assumed() {
        let mut facts =
            Facts::parse(r#"{"model_type": "vit", "num_attention_heads": 4, "hidden_act": "quick_gelu"}"#).unwrap();
        assert_eq!(facts.heads(HEADS, 64, 2).unwrap(), 4);
        assert_eq!(facts.activation(ACTIVATION, Activation::Gelu).unwrap(), Activation::QuickGelu);
        assert!(facts.assumed().is_empty());
        let mut facts = Facts::none();
        assert_eq!(facts.heads(HEADS, 384, 6).unwrap(), 6);
        assert_eq!(facts.assumed(), ["6 attention heads: 64 channels a head"]);
    }

    #[test]
    fn what_is_not_supported_is_refused_by_its_name() {
        let message = Facts::parse(r#"{"model_type": "convnext"}"#).unwrap_err().message;
        assert!(message.contains("convnext"), "{message}");
        let facts = Facts::parse(r#"{"architecture": "resnet50.a1", "model_args": {"output_stride": 8}}"#).unwrap();
        let message = facts.only_arguments(&[]).unwrap_err().message;
        assert!(message.contains("resnet50: output_stride = 8"), "{message}");
        let wide = Facts::parse(r#"{"image_size": [128, 512]}"#).unwrap();
        assert!(wide.image_size().unwrap_err().message.contains("128 x 512"));
    }

    #[test]
    fn classes_go_by_the_names_of_the_configuration() {
        let facts = Facts::parse(r#"{"id2label": {"0": "cat", "1": "dog"}}"#).unwrap();
        assert_eq!(facts.labels(2).unwrap(), ["cat", "dog"]);
        assert_eq!(facts.labels(3), None);
        let facts = Facts::parse(r#"{"label_names": ["n1", "n2"], "label_descriptions": {"n1": "tench"}}"#).unwrap();
        assert_eq!(facts.labels(2).unwrap(), ["tench", "n2"]);
    }
}

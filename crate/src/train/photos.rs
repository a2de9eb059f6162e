//! Photos that a visitor sorts into groups: what a probe and a network that goes on learning are trained with, and
//! tested on.

use super::data::Images;
use super::experiment::pipeline;
use super::probe::Standard;
use super::run::Data;
use super::spec::{Experiment, Spec};
use crate::error::{Code, Error, Result};
use crate::image::preprocess;
use crate::random::Random;
use crate::weights::Sha256;

fn bad(message: impl Into<String>) -> Error {
    Error::new(Code::BadInput, message)
}

/// The photos of a described run, as they come in.
pub struct Photos {
    spec: Spec,
    pixels: Vec<u8>,
    features: Vec<f32>,
    labels: Vec<usize>,
}

impl Photos {
    /// None yet.
    ///
    /// # Errors
    ///
    /// `BadInput` where the experiment does not learn from photos.
    pub fn new(spec: Spec) -> Result<Self> {
        if !spec.experiment.learns_photos() {
            return Err(bad("this experiment brings its own images, and takes no photos"));
        }
        Ok(Self { spec, pixels: vec![], features: vec![], labels: vec![] })
    }

    /// A decoded photo of a group, RGBA; what the network sees of it is kept.
    ///
    /// # Errors
    ///
    /// `BadImage` for one that is too small or too large.
    pub fn add(&mut self, group: usize, rgba: &[u8], [width, height]: [usize; 2]) -> Result<()> {
        let pipeline = pipeline(&self.spec);
        let seen = preprocess(rgba, width, height, &pipeline)?;
        let plane = |channel: usize| seen.crop_rgb.iter().skip(channel).step_by(3).copied();
        (0..pipeline.channels).for_each(|channel| self.pixels.extend(plane(channel)));
        self.labels.push(group);
        Ok(())
    }

    /// What a network makes of a photo of a group.
    ///
    /// # Errors
    ///
    /// `BadInput` where another photo has more or fewer numbers, or one of them is not finite.
    pub fn add_features(&mut self, group: usize, features: &[f32]) -> Result<()> {
        let width = *self.spec.features.get_or_insert(features.len());
        if features.len() != width {
            let message =
                format!("a photo has {} features and another {width}: they are of two networks", features.len());
            return Err(bad(message));
        }
        if features.iter().any(|v| !v.is_finite()) {
            return Err(Error::new(Code::BadInput, "the features of a photo are not finite numbers"));
        }
        self.features.extend(features);
        self.labels.push(group);
        Ok(())
    }

    /// The run's whole description, and what it learns from and is tested on: of each group a quarter is held out, one
    /// photo at least, by the run's seed.
    ///
    /// # Errors
    ///
    /// `BadInput` where there are not as many photos as described, or other ones.
    pub fn finish(mut self) -> Result<(Spec, Data)> {
        self.check()?;
        let classes: Vec<String> = self.spec.groups.iter().map(|group| group.name.clone()).collect();
        let all = match (self.spec.experiment, self.spec.features) {
            (Experiment::Probe, Some(width)) => Images::of_features(self.features, self.labels, classes, width)?,
            _ => Images::new(self.pixels, self.labels, classes, [3, pipeline(&self.spec).size()])?,
        };
        let held = held_out(&all.labels, self.spec.groups.len(), self.spec.seed);
        let (learned, tested): (Vec<usize>, Vec<usize>) = (0..all.count()).partition(|i| !held.contains(i));
        let (mut train, mut test) = (all.chosen(&learned), all.chosen(&tested));
        let standard = Standard::of(&train);
        if let Some(standard) = &standard {
            (train, test) = (standard.images(&train)?, standard.images(&test)?);
        }
        Ok((self.spec, Data { standard, held, ..Data::new(train, test) }))
    }

    fn check(&mut self) -> Result<()> {
        for (i, group) in self.spec.groups.iter().enumerate() {
            let given = self.labels.iter().filter(|&&label| label == i).count();
            if given != group.images {
                let (name, images) = (&group.name, group.images);
                return Err(bad(format!(
                    "the group {name:?} is described with {images} photos, and {given} were given"
                )));
            }
        }
        let mut hash = Sha256::new();
        hash.update(&self.labels.iter().map(|&label| label as u8).collect::<Vec<_>>());
        hash.update(&self.pixels);
        hash.update(&self.features.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>());
        let digest = hash.hex();
        match self.spec.photos.replace(digest.clone()) {
            Some(described) if described != digest => Err(bad("this run was described with other photos")),
            _ => Ok(()),
        }
    }
}

/// Which photos are tested on.
fn held_out(labels: &[usize], groups: usize, seed: u64) -> Vec<usize> {
    let of = |group: usize| {
        let own: Vec<usize> = (0..labels.len()).filter(|&i| labels[i] == group).collect();
        let count = ((own.len() + 2) / 4).max(1);
        let order = Random::stream(seed, "held out", group as u64).permutation(own.len());
        order.into_iter().take(count).map(|i| own[i]).collect::<Vec<_>>()
    };
    let mut held: Vec<usize> = (0..groups).flat_map(of).collect();
    held.sort_unstable();
    held
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(counts: [usize; 2]) -> Photos {
        let [a, b] = counts;
        let json = format!(
            r#"{{ "experiment": "probe", "groups": [{{ "name": "a", "images": {a} }}, {{ "name": "b", "images": {b} }}] }}"#
        );
        Photos::new(Spec::parse(&json).expect("a run")).expect("a run of photos")
    }

    fn sorted(counts: [usize; 2]) -> Photos {
        let mut photos = described(counts);
        for (group, count) in counts.into_iter().enumerate() {
            (0..count).for_each(|i| photos.add_features(group, &[i as f32, group as f32]).expect("two numbers"));
        }
        photos
    }

    #[test]
    fn a_quarter_of_each_group_is_held_out_and_one_at_least() {
        let (spec, data) = sorted([8, 2]).finish().expect("the photos of the run");
        assert_eq!((data.train.count(), data.test.count()), (7, 3));
        assert_eq!(data.test.labels, [0, 0, 1]);
        assert_eq!((spec.features, spec.photos.map(|p| p.len())), (Some(2), Some(64)));
    }

    #[test]
    fn other_photos_than_described_are_refused() {
        let missing = described([2, 2]).finish().expect_err("there are none");
        assert!(missing.message.contains("\"a\""), "{}", missing.message);
        let (spec, _) = sorted([2, 2]).finish().expect("the photos of the run");
        let mut others = Photos::new(spec).expect("a run of photos");
        (0..4).for_each(|i| others.add_features(i / 2, &[0.5, i as f32]).expect("two numbers"));
        assert!(others.finish().expect_err("they differ").message.contains("other photos"));
        let mut wider = sorted([2, 2]);
        assert_eq!(wider.add_features(0, &[1.0; 3]).expect_err("three numbers").code, Code::BadInput);
    }
}

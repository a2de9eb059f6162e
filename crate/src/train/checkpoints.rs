//! Moments of a run, kept in a bounded amount of memory.

use super::learner::Moment;
use crate::error::{Code, Error, Result};
use crate::weights::Sha256;

/// All that they may take.
const MOST_BYTES: usize = 64 << 20;

/// A run at one step.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// Steps taken.
    pub step: usize,
    /// Each network.
    pub networks: Vec<Moment>,
    /// What the experiment keeps beside them (DINO's centre).
    pub extra: Vec<f32>,
}

impl Checkpoint {
    fn bytes(&self) -> usize {
        4 * self.extra.len() + self.networks.iter().map(Moment::bytes).sum::<usize>()
    }

    /// As bytes, from which [`Self::of_bytes`] makes the same: counts as 64 bits and numbers as float32, little-endian.
    pub fn bytes_of(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bytes() + 64 * (self.networks.len() + 1));
        let whole = |bytes: &mut Vec<u8>, n: usize| bytes.extend((n as u64).to_le_bytes());
        let list = |bytes: &mut Vec<u8>, values: &[f32]| {
            whole(bytes, values.len());
            values.iter().for_each(|v| bytes.extend(v.to_le_bytes()));
        };
        whole(&mut bytes, self.step);
        list(&mut bytes, &self.extra);
        whole(&mut bytes, self.networks.len());
        for network in &self.networks {
            whole(&mut bytes, network.steps);
            whole(&mut bytes, network.moments.len());
            [&network.weights, &network.buffers].into_iter().chain(&network.moments).for_each(|v| list(&mut bytes, v));
        }
        bytes
    }

    /// From the bytes of [`Self::bytes_of`].
    ///
    /// # Errors
    ///
    /// `Truncated` where they break off.
    pub fn of_bytes(bytes: &[u8]) -> Result<Self> {
        let mut rest = Rest(bytes);
        let (step, extra, count) = (rest.whole()?, rest.list()?, rest.whole()?);
        let mut networks = vec![];
        for _ in 0..count {
            let (steps, moments) = (rest.whole()?, rest.whole()?);
            let (weights, buffers) = (rest.list()?, rest.list()?);
            let moments = (0..moments).map(|_| rest.list()).collect::<Result<_>>()?;
            networks.push(Moment { weights, buffers, moments, steps });
        }
        Ok(Self { step, networks, extra })
    }

    /// SHA-256 of all weights and running statistics, little-endian float32, network after network.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for values in self.networks.iter().flat_map(|n| [&n.weights, &n.buffers]) {
            hash.update(&values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>());
        }
        hash.hex()
    }
}

/// What is left of a checkpoint's bytes.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn whole(&mut self) -> Result<usize> {
        let broken = || Error::new(Code::Truncated, "this checkpoint of a run is cut short");
        let (first, rest) = self.0.split_first_chunk::<8>().ok_or_else(broken)?;
        self.0 = rest;
        usize::try_from(u64::from_le_bytes(*first)).map_err(|_| broken())
    }

    fn list(&mut self) -> Result<Vec<f32>> {
        let n = self.whole()?;
        let broken = || Error::new(Code::Truncated, "this checkpoint of a run is cut short");
        let (values, rest) = n.checked_mul(4).and_then(|n| self.0.split_at_checked(n)).ok_or_else(broken)?;
        self.0 = rest;
        Ok(values.as_chunks::<4>().0.iter().map(|v| f32::from_le_bytes(*v)).collect())
    }
}

/// The checkpoints of a run, in the order of their steps. The first and the last stay; where memory does not hold all,
/// every other of the rest goes and the steps between them double.
#[derive(Debug, Clone)]
pub struct Checkpoints {
    kept: Vec<Checkpoint>,
    every: usize,
}

impl Checkpoints {
    /// None yet, one due every `every` steps.
    pub fn new(every: usize) -> Self {
        Self { kept: vec![], every }
    }

    /// Whether one is due after `step` steps.
    pub fn due(&self, step: usize) -> bool {
        step.is_multiple_of(self.every)
    }

    /// Steps at which there is one.
    pub fn steps(&self) -> Vec<usize> {
        self.kept.iter().map(|c| c.step).collect()
    }

    /// The one at a step.
    pub fn at(&self, step: usize) -> Option<&Checkpoint> {
        self.kept.iter().find(|c| c.step == step)
    }

    /// Takes one in.
    pub fn put(&mut self, checkpoint: Checkpoint) {
        self.kept.retain(|c| c.step < checkpoint.step);
        self.kept.push(checkpoint);
        while self.kept.iter().map(Checkpoint::bytes).sum::<usize>() > MOST_BYTES && self.kept.len() > 2 {
            self.every *= 2;
            let (every, last) = (self.every, self.kept.len() - 1);
            let before = self.kept.len();
            let mut at = 0;
            self.kept.retain(|c| {
                at += 1;
                at == 1 || at - 1 == last || c.step.is_multiple_of(every)
            });
            // Checkpoints at odd steps, where a run was halted, may all be left; then the oldest of them go.
            if self.kept.len() == before {
                self.kept.remove(1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint(step: usize, floats: usize) -> Checkpoint {
        let moment = Moment { weights: vec![0.0; floats], buffers: vec![], moments: vec![], steps: step };
        Checkpoint { step, networks: vec![moment], extra: vec![] }
    }

    #[test]
    fn memory_is_bounded_and_the_first_and_last_stay() {
        let mut ring = Checkpoints::new(10);
        for step in (0..=400).step_by(10) {
            ring.put(checkpoint(step, 1 << 20));
        }
        let steps = ring.steps();
        assert!(steps.len() <= 16 && steps[0] == 0 && *steps.last().expect("a checkpoint") == 400, "{steps:?}");
        assert!(ring.every > 10);
    }

    #[test]
    fn bytes_hold_all_of_it() {
        let moment = Moment { weights: vec![1.5, -2.0], buffers: vec![], moments: vec![vec![0.25; 2]], steps: 9 };
        let whole = Checkpoint { step: 7, networks: vec![moment], extra: vec![3.0] };
        let bytes = whole.bytes_of();
        assert_eq!(Checkpoint::of_bytes(&bytes).expect("the same"), whole);
        assert!((0..bytes.len()).all(|n| Checkpoint::of_bytes(&bytes[..n]).is_err()));
    }

    #[test]
    fn another_bit_is_another_digest() {
        let mut other = checkpoint(1, 3);
        assert_eq!(other.digest(), checkpoint(2, 3).digest());
        other.networks[0].weights[1] = -0.0;
        assert_ne!(other.digest(), checkpoint(1, 3).digest());
    }
}

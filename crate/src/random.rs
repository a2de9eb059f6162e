//! Reproducible randomness (splitmix64, as in `tests/seeded`): the same numbers in every browser and natively.
//! Logarithm and cosine are libm's own, for those of platforms differ in the last bit.

/// A stream of numbers.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 of them.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in `0..count`.
    pub fn below(&mut self, count: usize) -> usize {
        (self.bits() % count as u64) as usize
    }

    /// Uniform numbers of mean zero with the given variance.
    pub fn uniform(&mut self, count: usize, variance: f64) -> Vec<f32> {
        let reach = (3.0 * variance).sqrt();
        let mut number = || (self.bits() >> 11) as f64 / (1u64 << 52) as f64 - 1.0;
        (0..count).map(|_| (reach * number()) as f32).collect()
    }

    /// Fisher and Yates.
    pub fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for i in (1..count).rev() {
            order.swap(i, self.below(i + 1));
        }
        order
    }
}

/// What is drawn in training.
#[cfg(feature = "train")]
impl Random {
    /// The numbers for one purpose at one moment, which no other purpose and no other moment share.
    pub fn stream(seed: u64, purpose: &str, moment: u64) -> Self {
        let mut state = Self(seed ^ 0x5851_F42D_4C95_7F2D);
        let words = purpose.bytes().map(u64::from).chain([moment]);
        Self(words.fold(state.bits(), |mixed, word| Self(mixed ^ word.wrapping_mul(0x9E37_79B9_7F4A_7C15)).bits()))
    }

    /// Uniform in `[0, 1)`.
    pub fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in `[low, high)`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    /// Of mean zero and variance one (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.share())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.share())
    }
}

#[cfg(all(test, feature = "train"))]
mod tests {
    use super::*;

    #[test]
    fn streams_of_another_purpose_moment_or_seed_differ() {
        let first = |seed, purpose, moment| Random::stream(seed, purpose, moment).bits();
        let all = [first(0, "order", 0), first(1, "order", 0), first(0, "order", 1), first(0, "augment", 0)];
        assert!((0..4).all(|i| (i + 1..4).all(|j| all[i] != all[j])));
        assert_eq!(first(7, "order", 3), first(7, "order", 3));
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_variance_one() {
        let mut random = Random::new(3);
        let numbers: Vec<f64> = (0..20_000).map(|_| random.normal()).collect();
        let mean = numbers.iter().sum::<f64>() / 20_000.0;
        let variance = numbers.iter().map(|n| n * n).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }
}

//! Reproducible randomness: what a figure shows today it shows tomorrow (splitmix64, as in `tests/seeded`).

pub(crate) struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
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
            order.swap(i, (self.bits() % (i as u64 + 1)) as usize);
        }
        order
    }
}

//! Four lanes of float32: WebAssembly's 128 bits, SSE2 where the tests run, and an array elsewhere, so that every
//! target computes by the same algorithm.

pub use lanes::F4;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod lanes {
    use core::arch::wasm32::*;

    /// Four float32.
    #[derive(Clone, Copy)]
    pub struct F4(v128);

    impl F4 {
        #[inline(always)]
        pub fn splat(x: f32) -> Self {
            Self(f32x4_splat(x))
        }

        /// # Safety
        /// Four floats must be readable at `p`.
        #[inline(always)]
        pub unsafe fn load(p: *const f32) -> Self {
            Self(unsafe { v128_load(p.cast()) })
        }

        /// # Safety
        /// One float must be readable at `p`.
        #[inline(always)]
        pub unsafe fn load_splat(p: *const f32) -> Self {
            Self(unsafe { v128_load32_splat(p.cast()) })
        }

        /// # Safety
        /// Four floats must be writable at `p`.
        #[inline(always)]
        pub unsafe fn store(self, p: *mut f32) {
            unsafe { v128_store(p.cast(), self.0) }
        }

        #[inline(always)]
        pub fn add(self, o: Self) -> Self {
            Self(f32x4_add(self.0, o.0))
        }

        #[inline(always)]
        pub fn sub(self, o: Self) -> Self {
            Self(f32x4_sub(self.0, o.0))
        }

        #[inline(always)]
        pub fn mul(self, o: Self) -> Self {
            Self(f32x4_mul(self.0, o.0))
        }

        #[inline(always)]
        pub fn div(self, o: Self) -> Self {
            Self(f32x4_div(self.0, o.0))
        }

        /// The larger of each; not for NaN.
        #[inline(always)]
        pub fn max(self, o: Self) -> Self {
            Self(f32x4_pmax(self.0, o.0))
        }

        /// The larger of each, NaN where there is one.
        #[inline(always)]
        pub fn max_or_nan(self, o: Self) -> Self {
            Self(f32x4_max(self.0, o.0))
        }

        /// The smaller of each; not for NaN.
        #[inline(always)]
        pub fn min(self, o: Self) -> Self {
            Self(f32x4_pmin(self.0, o.0))
        }

        /// Each, or 0 where `x` is less than `least`.
        #[inline(always)]
        pub fn zero_below(self, x: Self, least: Self) -> Self {
            Self(v128_andnot(self.0, f32x4_lt(x.0, least.0)))
        }

        /// `self * a + b`.
        #[inline(always)]
        pub fn mul_add(self, a: Self, b: Self) -> Self {
            self.mul(a).add(b)
        }

        /// 2 to the power of each, which must be a whole number in the exponents' range plus 1.5 * 2^23 + 127.
        #[inline(always)]
        pub fn exp2_of_magic(self) -> Self {
            Self(i32x4_shl(self.0, 23))
        }

        /// The even lanes of both: 0 and 2 of `self`, 0 and 2 of `o`.
        #[inline(always)]
        pub fn evens(self, o: Self) -> Self {
            Self(i32x4_shuffle::<0, 2, 4, 6>(self.0, o.0))
        }

        /// The odd lanes of both.
        #[inline(always)]
        pub fn odds(self, o: Self) -> Self {
            Self(i32x4_shuffle::<1, 3, 5, 7>(self.0, o.0))
        }

        /// The lanes of both in turn.
        #[inline(always)]
        pub fn interleave(self, o: Self) -> [Self; 2] {
            [Self(i32x4_shuffle::<0, 4, 1, 5>(self.0, o.0)), Self(i32x4_shuffle::<2, 6, 3, 7>(self.0, o.0))]
        }

        #[inline(always)]
        pub fn to_array(self) -> [f32; 4] {
            [
                f32x4_extract_lane::<0>(self.0),
                f32x4_extract_lane::<1>(self.0),
                f32x4_extract_lane::<2>(self.0),
                f32x4_extract_lane::<3>(self.0),
            ]
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod lanes {
    use core::arch::x86_64::*;

    /// Four float32.
    #[derive(Clone, Copy)]
    pub struct F4(__m128);

    // SSE2 is part of x86-64 itself: nothing but the pointers is unsafe here.
    impl F4 {
        #[inline(always)]
        pub fn splat(x: f32) -> Self {
            Self(unsafe { _mm_set1_ps(x) })
        }

        /// # Safety
        /// Four floats must be readable at `p`.
        #[inline(always)]
        pub unsafe fn load(p: *const f32) -> Self {
            Self(unsafe { _mm_loadu_ps(p) })
        }

        /// # Safety
        /// One float must be readable at `p`.
        #[inline(always)]
        pub unsafe fn load_splat(p: *const f32) -> Self {
            Self(unsafe { _mm_set1_ps(*p) })
        }

        /// # Safety
        /// Four floats must be writable at `p`.
        #[inline(always)]
        pub unsafe fn store(self, p: *mut f32) {
            unsafe { _mm_storeu_ps(p, self.0) }
        }

        #[inline(always)]
        pub fn add(self, o: Self) -> Self {
            Self(unsafe { _mm_add_ps(self.0, o.0) })
        }

        #[inline(always)]
        pub fn sub(self, o: Self) -> Self {
            Self(unsafe { _mm_sub_ps(self.0, o.0) })
        }

        #[inline(always)]
        pub fn mul(self, o: Self) -> Self {
            Self(unsafe { _mm_mul_ps(self.0, o.0) })
        }

        #[inline(always)]
        pub fn div(self, o: Self) -> Self {
            Self(unsafe { _mm_div_ps(self.0, o.0) })
        }

        /// The larger of each; not for NaN.
        #[inline(always)]
        pub fn max(self, o: Self) -> Self {
            Self(unsafe { _mm_max_ps(o.0, self.0) })
        }

        /// The larger of each, NaN where there is one.
        #[inline(always)]
        pub fn max_or_nan(self, o: Self) -> Self {
            Self(unsafe { _mm_or_ps(_mm_max_ps(self.0, o.0), _mm_and_ps(_mm_cmpunord_ps(self.0, self.0), self.0)) })
        }

        /// The smaller of each; not for NaN.
        #[inline(always)]
        pub fn min(self, o: Self) -> Self {
            Self(unsafe { _mm_min_ps(o.0, self.0) })
        }

        /// Each, or 0 where `x` is less than `least`.
        #[inline(always)]
        pub fn zero_below(self, x: Self, least: Self) -> Self {
            // SAFETY: every x86_64 has SSE.
            Self(unsafe { _mm_andnot_ps(_mm_cmplt_ps(x.0, least.0), self.0) })
        }

        /// `self * a + b`.
        #[inline(always)]
        pub fn mul_add(self, a: Self, b: Self) -> Self {
            self.mul(a).add(b)
        }

        /// 2 to the power of each, which must be a whole number in the exponents' range plus 1.5 * 2^23 + 127.
        #[inline(always)]
        pub fn exp2_of_magic(self) -> Self {
            Self(unsafe { _mm_castsi128_ps(_mm_slli_epi32::<23>(_mm_castps_si128(self.0))) })
        }

        /// The even lanes of both: 0 and 2 of `self`, 0 and 2 of `o`.
        #[inline(always)]
        pub fn evens(self, o: Self) -> Self {
            Self(unsafe { _mm_shuffle_ps::<0b10_00_10_00>(self.0, o.0) })
        }

        /// The odd lanes of both.
        #[inline(always)]
        pub fn odds(self, o: Self) -> Self {
            Self(unsafe { _mm_shuffle_ps::<0b11_01_11_01>(self.0, o.0) })
        }

        /// The lanes of both in turn.
        #[inline(always)]
        pub fn interleave(self, o: Self) -> [Self; 2] {
            unsafe { [Self(_mm_unpacklo_ps(self.0, o.0)), Self(_mm_unpackhi_ps(self.0, o.0))] }
        }

        #[inline(always)]
        pub fn to_array(self) -> [f32; 4] {
            unsafe { core::mem::transmute(self.0) }
        }
    }
}

#[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
mod lanes {
    /// Four float32.
    #[derive(Clone, Copy)]
    pub struct F4([f32; 4]);

    impl F4 {
        #[inline(always)]
        fn zip(self, o: Self, f: impl Fn(f32, f32) -> f32) -> Self {
            Self(core::array::from_fn(|i| f(self.0[i], o.0[i])))
        }

        #[inline(always)]
        pub fn splat(x: f32) -> Self {
            Self([x; 4])
        }

        /// # Safety
        /// Four floats must be readable at `p`.
        #[inline(always)]
        pub unsafe fn load(p: *const f32) -> Self {
            Self(unsafe { p.cast::<[f32; 4]>().read_unaligned() })
        }

        /// # Safety
        /// One float must be readable at `p`.
        #[inline(always)]
        pub unsafe fn load_splat(p: *const f32) -> Self {
            Self::splat(unsafe { *p })
        }

        /// # Safety
        /// Four floats must be writable at `p`.
        #[inline(always)]
        pub unsafe fn store(self, p: *mut f32) {
            unsafe { p.cast::<[f32; 4]>().write_unaligned(self.0) }
        }

        #[inline(always)]
        pub fn add(self, o: Self) -> Self {
            self.zip(o, |a, b| a + b)
        }

        #[inline(always)]
        pub fn sub(self, o: Self) -> Self {
            self.zip(o, |a, b| a - b)
        }

        #[inline(always)]
        pub fn mul(self, o: Self) -> Self {
            self.zip(o, |a, b| a * b)
        }

        #[inline(always)]
        pub fn div(self, o: Self) -> Self {
            self.zip(o, |a, b| a / b)
        }

        /// The larger of each; not for NaN.
        #[inline(always)]
        pub fn max(self, o: Self) -> Self {
            self.zip(o, |a, b| if a < b { b } else { a })
        }

        /// The larger of each, NaN where there is one.
        #[inline(always)]
        pub fn max_or_nan(self, o: Self) -> Self {
            self.zip(o, |a, b| if a.is_nan() || a > b { a } else { b })
        }

        /// The smaller of each; not for NaN.
        #[inline(always)]
        pub fn min(self, o: Self) -> Self {
            self.zip(o, |a, b| if b < a { b } else { a })
        }

        /// Each, or 0 where `x` is less than `least`.
        #[inline(always)]
        pub fn zero_below(self, x: Self, least: Self) -> Self {
            Self(core::array::from_fn(|i| if x.0[i] < least.0[i] { 0.0 } else { self.0[i] }))
        }

        /// `self * a + b`.
        #[inline(always)]
        pub fn mul_add(self, a: Self, b: Self) -> Self {
            self.mul(a).add(b)
        }

        /// 2 to the power of each, which must be a whole number in the exponents' range plus 1.5 * 2^23 + 127.
        #[inline(always)]
        pub fn exp2_of_magic(self) -> Self {
            Self(self.0.map(|x| f32::from_bits(x.to_bits() << 23)))
        }

        /// The even lanes of both: 0 and 2 of `self`, 0 and 2 of `o`.
        #[inline(always)]
        pub fn evens(self, o: Self) -> Self {
            Self([self.0[0], self.0[2], o.0[0], o.0[2]])
        }

        /// The odd lanes of both.
        #[inline(always)]
        pub fn odds(self, o: Self) -> Self {
            Self([self.0[1], self.0[3], o.0[1], o.0[3]])
        }

        /// The lanes of both in turn.
        #[inline(always)]
        pub fn interleave(self, o: Self) -> [Self; 2] {
            [Self([self.0[0], o.0[0], self.0[1], o.0[1]]), Self([self.0[2], o.0[2], self.0[3], o.0[3]])]
        }

        #[inline(always)]
        pub fn to_array(self) -> [f32; 4] {
            self.0
        }
    }
}

/// Four rows as four columns.
#[inline(always)]
pub fn transposed([a, b, c, d]: [F4; 4]) -> [F4; 4] {
    let ([low, high], [other_low, other_high]) = (a.interleave(c), b.interleave(d));
    let ([first, second], [third, fourth]) = (low.interleave(other_low), high.interleave(other_high));
    [first, second, third, fourth]
}

impl F4 {
    /// The sum of the four, those of both pairs first.
    #[inline(always)]
    pub fn sum(self) -> f32 {
        let pairs = self.evens(self).add(self.odds(self));
        let [sum, ..] = pairs.evens(pairs).add(pairs.odds(pairs)).to_array();
        sum
    }

    /// The largest of the four; not for NaN.
    #[inline(always)]
    pub fn largest(self) -> f32 {
        let pairs = self.evens(self).max(self.odds(self));
        let [largest, ..] = pairs.evens(pairs).max(pairs.odds(pairs)).to_array();
        largest
    }
}

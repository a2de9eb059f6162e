//! The kernel of machines with AVX2 and FMA, for native programs: tiles of six rows and sixteen columns.

use core::arch::x86_64::{
    _mm256_broadcast_ss, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_max_ps, _mm256_set1_ps, _mm256_setzero_ps,
    _mm256_storeu_ps,
};

use super::{Call, HIGHEST, Kind, install};
use crate::gemm::PANEL;

/// Lets products be computed by it where the machine has these instructions; says whether it has.
pub fn install_native() -> bool {
    if is_there() {
        // SAFETY: it writes what the call says, by instructions that are there.
        unsafe { install(strip) };
    }
    is_there()
}

fn is_there() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
}

unsafe extern "C" fn strip(call: *const Call) {
    // SAFETY: the caller's; whoever installed this saw that the instructions are there.
    unsafe {
        let call = &*call;
        match call.height {
            1 => panels::<1>(call),
            2 => panels::<2>(call),
            3 => panels::<3>(call),
            4 => panels::<4>(call),
            5 => panels::<5>(call),
            _ => panels::<HIGHEST>(call),
        }
    }
}

/// `MR` rows times all panels, two at a time.
#[target_feature(enable = "avx2,fma")]
unsafe fn panels<const MR: usize>(call: &Call) {
    // SAFETY: the caller's.
    unsafe {
        for panel in (0..call.count / 2 * 2).step_by(2) {
            tile::<MR, 2>(call, panel);
        }
        if call.count % 2 == 1 {
            tile::<MR, 1>(call, call.count - 1);
        }
    }
}

/// `MR` rows times `W` panels: twelve sums, two vectors of B and one value of A are fifteen registers of sixteen. Loops, since
/// what a function without these instructions calls for each value is not compiled into this one.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn tile<const MR: usize, const W: usize>(call: &Call, panel: usize) {
    // SAFETY: the caller's matrices have these rows and panels.
    unsafe {
        let first = panel * PANEL;
        let mut sums = [[_mm256_setzero_ps(); W]; MR];
        for (r, row) in sums.iter_mut().enumerate() {
            for (w, sum) in row.iter_mut().enumerate() {
                *sum = match call.kind {
                    Kind::Sums => _mm256_loadu_ps(call.c.byte_add(r * call.c_row).add(first + w * PANEL)),
                    Kind::Plain | Kind::Transposed => _mm256_broadcast_ss(&*call.start.add(r)),
                };
            }
        }
        let mut b = call.b.byte_add(panel * call.panel);
        for i in 0..call.k {
            let mut columns = [_mm256_setzero_ps(); W];
            for (w, column) in columns.iter_mut().enumerate() {
                *column = _mm256_loadu_ps(b.byte_add(w * call.panel));
            }
            for (r, row) in sums.iter_mut().enumerate() {
                let x = _mm256_broadcast_ss(&*call.a.byte_add(r * call.row).add(i));
                for (sum, column) in row.iter_mut().zip(columns) {
                    *sum = _mm256_fmadd_ps(x, column, *sum);
                }
            }
            b = b.add(PANEL);
        }
        // The second is kept where one is NaN.
        let least = _mm256_set1_ps(call.least);
        let mut tile = [[[0.0f32; PANEL]; W]; MR];
        for (r, (row, kept)) in sums.into_iter().zip(&mut tile).enumerate() {
            for (w, (sum, kept)) in row.into_iter().zip(kept).enumerate() {
                let to = match call.kind {
                    Kind::Transposed => kept.as_mut_ptr(),
                    Kind::Plain | Kind::Sums => call.c.byte_add(r * call.c_row).add(first + w * PANEL),
                };
                _mm256_storeu_ps(to, _mm256_max_ps(least, sum));
            }
        }
        if call.kind == Kind::Transposed {
            for column in 0..W * PANEL {
                let to = call.c.byte_add((first + column) * call.c_row);
                for (r, row) in tile.iter().enumerate() {
                    *to.add(r) = row[column / PANEL][column % PANEL];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strip::slot;
    use crate::testing::noise;

    #[test]
    fn the_same_as_in_plain_instructions() {
        if !is_there() {
            return;
        }
        for (height, count, kind) in (1..=HIGHEST)
            .flat_map(|h| [1, 2, 5].map(|c| (h, c)))
            .flat_map(|(h, c)| [Kind::Plain, Kind::Sums, Kind::Transposed].map(|kind| (h, c, kind)))
        {
            let k = 19;
            let (a, b, start) = (noise(height * k), noise(count * k * PANEL), noise(height));
            let columns = count * PANEL;
            let computed = |strip: super::super::Strip| {
                let mut c = noise(height * columns);
                let c_row = 4 * if kind == Kind::Transposed { height } else { columns };
                let call = Call {
                    k,
                    a: a.as_ptr(),
                    row: 4 * k,
                    b: b.as_ptr(),
                    panel: 4 * k * PANEL,
                    count,
                    c: c.as_mut_ptr(),
                    c_row,
                    start: start.as_ptr(),
                    height,
                    kind,
                    least: -0.5,
                };
                // SAFETY: the matrices are there.
                unsafe { strip(&call) };
                c
            };
            let (got, want) = (computed(strip), computed(slot));
            assert!(
                got.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-5),
                "{height} rows, {count} panels, {kind:?}"
            );
        }
    }

    #[test]
    fn nan_stays() {
        if !is_there() {
            return;
        }
        let (a, b, start) = ([f32::NAN], [1.0f32; PANEL], [0.0f32]);
        let mut c = [0.0f32; PANEL];
        let call = Call {
            k: 1,
            a: a.as_ptr(),
            row: 4,
            b: b.as_ptr(),
            panel: 4 * PANEL,
            count: 1,
            c: c.as_mut_ptr(),
            c_row: 4 * PANEL,
            start: start.as_ptr(),
            height: 1,
            kind: Kind::Plain,
            least: 0.0,
        };
        // SAFETY: the matrices are there.
        unsafe { strip(&call) };
        assert!(c.iter().all(|x| x.is_nan()));
    }
}

//! The axes in which a diagonal whitens vectors without a mean (`tests/reference/whiten.py`).

use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// What is added to every variance, as a share of their mean.
pub const SHRINKAGE: f64 = 0.003;
const ROUNDS: usize = 400;

/// Eigenvalues from the smallest on, and their axes as columns.
pub fn eigen(matrix: DMatrix<f64>) -> (Vec<f64>, DMatrix<f64>) {
    let SymmetricEigen { eigenvalues, eigenvectors } = SymmetricEigen::new(matrix);
    let mut order: Vec<usize> = (0..eigenvalues.len()).collect();
    order.sort_by(|&a, &b| eigenvalues[a].total_cmp(&eigenvalues[b]));
    let axes = DMatrix::from_fn(order.len(), order.len(), |row, column| eigenvectors[(row, order[column])]);
    (order.iter().map(|&i| eigenvalues[i]).collect(), axes)
}

/// A diagonal matrix between vectors without a mean.
fn compressed(diagonal: &[f64]) -> DMatrix<f64> {
    let n = diagonal.len();
    let centring = DMatrix::identity(n, n).add_scalar(-1.0 / n as f64);
    &centring * DMatrix::from_diagonal(&DVector::from_column_slice(diagonal)) * &centring
}

/// The diagonal, one longer than `spectrum`, whose compression has these eigenvalues, and zero. They lie between the
/// diagonal's entries: each entry is moved, in logarithms, by what its two neighbours lack.
fn diagonal_of(spectrum: &[f64]) -> Vec<f64> {
    let wanted: Vec<f64> = spectrum.iter().map(|v| v.ln()).collect();
    let last = wanted.len() - 1;
    let between = |i: usize| match i {
        0 => (3.0 * wanted[0] - wanted[1]) / 2.0,
        i if i > last => (3.0 * wanted[last] - wanted[last - 1]) / 2.0,
        i => (wanted[i - 1] + wanted[i]) / 2.0,
    };
    let mut entries: Vec<f64> = (0..=wanted.len()).map(between).collect();
    let (mut least, mut best) = (f64::INFINITY, vec![]);
    for _ in 0..ROUNDS {
        let diagonal: Vec<f64> = entries.iter().map(|v| v.exp()).collect();
        let found = compressed(&diagonal).symmetric_eigenvalues();
        let mut found: Vec<f64> = found.iter().copied().collect();
        found.sort_by(f64::total_cmp);
        let lacks: Vec<f64> = wanted.iter().zip(&found[1..]).map(|(w, f)| w - f.max(f64::MIN_POSITIVE).ln()).collect();
        let error = lacks.iter().map(|v| v * v).sum::<f64>();
        if error < least {
            (least, best) = (error, diagonal);
        }
        for (i, entry) in entries.iter_mut().enumerate() {
            *entry += (lacks[i.saturating_sub(1)] + lacks[i.min(last)]) / 4.0;
        }
        entries.sort_by(f64::total_cmp);
    }
    best
}

/// A rotation that keeps the mean, and the scale of each axis after it: together they whiten tokens without a mean that
/// lie so about those of their images.
pub fn axes(covariance: &DMatrix<f64>) -> (DMatrix<f64>, DVector<f64>) {
    let n = covariance.nrows();
    // The mean's own axis, along which there is none, is the first so.
    let (variances, own) = eigen(covariance.add_scalar(-covariance.trace() / n as f64));
    let variances = &variances[1..];
    let floor = SHRINKAGE * variances.iter().sum::<f64>() / variances.len() as f64;
    let wanted: Vec<f64> = variances.iter().rev().map(|v| 1.0 / (v + floor)).collect();
    let diagonal = diagonal_of(&wanted);
    let (_, theirs) = eigen(compressed(&diagonal));
    let mut rotation = DMatrix::from_element(n, n, 1.0 / n as f64);
    (1..n).for_each(|i| rotation += theirs.column(i) * own.column(n - i).transpose());
    (rotation, DVector::from_vec(diagonal).map(f64::sqrt))
}

//! The rotation and scales by which the native trainer whitens DINO's class token.

#[path = "../examples/train/axes.rs"]
mod axes;

use axes::{SHRINKAGE, axes, eigen};
use nalgebra::{DMatrix, DVector};

#[test]
fn tokens_without_a_mean_are_whitened_by_a_rotation_that_keeps_it_and_a_diagonal() {
    let n = 16;
    let spread =
        DMatrix::from_fn(n, n, |i, j| libm::sin((1 + i * i + 7 * j * j + i * j) as f64) * 1.3_f64.powi(j as i32));
    let centring = DMatrix::identity(n, n).add_scalar(-1.0 / n as f64);
    let covariance = &centring * &spread * spread.transpose() * &centring;
    let (rotation, scale) = axes(&covariance);
    assert!((&rotation * rotation.transpose() - DMatrix::identity(n, n)).amax() < 1e-9, "it turns");
    assert!((&rotation * DVector::from_element(n, 1.0)).add_scalar(-1.0).amax() < 1e-9, "it keeps the mean");
    let whitening = DMatrix::from_diagonal(&scale) * rotation;
    let shrunk = &covariance + &centring * (SHRINKAGE * covariance.trace() / (n - 1) as f64);
    let (spectrum, _) = eigen(&whitening * shrunk * whitening.transpose());
    assert!(spectrum[1..].iter().all(|v| (v - 1.0).abs() < 0.1), "{spectrum:?}");
}

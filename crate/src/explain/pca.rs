//! Principal components of a few hundred rows, by power iteration: no linear algebra library is worth its size here.

/// A component is found once a step moves its direction by no more than this.
const STILL: f64 = 1e-10;
const MOST_STEPS: usize = 500;

/// Directions in which rows vary most.
pub struct Components {
    /// For each component the coordinate of every row.
    pub coordinates: Vec<Vec<f32>>,
    /// For each component its share of the variance.
    pub shares: Vec<f64>,
}

/// The first `count` components of `rows` around their mean. A direction's sign is its own to choose: here its largest
/// entry is positive, so that a photo has the same colours every time.
pub fn components(rows: &[&[f32]], count: usize) -> Components {
    let mut rest = centred(rows);
    let variance: f64 = rest.iter().map(|row| dot(row, row)).sum();
    let (mut coordinates, mut shares) = (vec![], vec![]);
    for k in 0..count {
        let direction = signed(leading(&rest, k));
        let along: Vec<f64> = rest.iter().map(|row| dot(row, &direction)).collect();
        for (row, &a) in rest.iter_mut().zip(&along) {
            row.iter_mut().zip(&direction).for_each(|(x, d)| *x -= a * d);
        }
        shares.push(along.iter().map(|a| a * a).sum::<f64>() / variance.max(f64::MIN_POSITIVE));
        coordinates.push(along.iter().map(|&a| a as f32).collect());
    }
    Components { coordinates, shares }
}

fn centred(rows: &[&[f32]]) -> Vec<Vec<f64>> {
    let width = rows.first().map_or(0, |row| row.len());
    let mean = |i: usize| rows.iter().map(|row| f64::from(row[i])).sum::<f64>() / rows.len() as f64;
    let mean: Vec<f64> = (0..width).map(mean).collect();
    rows.iter().map(|row| row.iter().zip(&mean).map(|(&x, m)| f64::from(x) - m).collect()).collect()
}

/// The direction of most variance, of length one; zero where nothing varies.
fn leading(rows: &[Vec<f64>], seed: usize) -> Vec<f64> {
    let width = rows.first().map_or(0, Vec::len);
    // A start that is perpendicular to nothing a photo has.
    let mut direction = unit((0..width).map(|i| (12.9898 * (i + 1) as f64 + 78.233 * seed as f64).sin()).collect());
    for _ in 0..MOST_STEPS {
        let mut next = vec![0.0; width];
        for row in rows {
            let along = dot(row, &direction);
            next.iter_mut().zip(row).for_each(|(n, x)| *n += along * x);
        }
        let next = unit(next);
        let moved: f64 = next.iter().zip(&direction).map(|(a, b)| (a - b).powi(2)).sum();
        direction = next;
        if moved < STILL * STILL {
            break;
        }
    }
    direction
}

fn signed(direction: Vec<f64>) -> Vec<f64> {
    let largest = direction.iter().copied().fold(0.0f64, |most, x| if x.abs() > most.abs() { x } else { most });
    if largest < 0.0 { direction.into_iter().map(|x| -x).collect() } else { direction }
}

fn unit(vector: Vec<f64>) -> Vec<f64> {
    let length = dot(&vector, &vector).sqrt();
    if length > 0.0 { vector.into_iter().map(|x| x / length).collect() } else { vector }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows made of known amounts of known perpendicular directions, around a mean that is far away.
    #[test]
    fn known_directions_are_found_in_order() {
        let directions = [[0.0f32, 0.6, 0.8, 0.0], [0.0, -0.8, 0.6, 0.0], [0.0, 0.0, 0.0, 1.0]];
        // Perpendicular amounts, so that nothing but these directions can come out.
        let amounts = [[5.0f32, 5.0, -5.0, -5.0], [-2.0, 2.0, -2.0, 2.0], [1.0, -1.0, -1.0, 1.0]];
        let row = |i: usize| (0..4).map(move |c| 100.0 + (0..3).map(|k| amounts[k][i] * directions[k][c]).sum::<f32>());
        let rows: Vec<Vec<f32>> = (0..4).map(|i| row(i).collect()).collect();
        let found = components(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>(), 3);
        // The second direction's largest entry is negative, so its sign turns.
        for (k, sign) in [1.0, -1.0, 1.0].into_iter().enumerate() {
            for (got, want) in found.coordinates[k].iter().zip(amounts[k]) {
                assert!((got - sign * want).abs() < 1e-4, "component {k}: {got} is not {}", sign * want);
            }
        }
        for (share, want) in found.shares.iter().zip([25.0 / 30.0, 4.0 / 30.0, 1.0 / 30.0]) {
            assert!((share - want).abs() < 1e-6, "{share} is not {want}");
        }
    }

    #[test]
    fn equal_rows_have_no_direction() {
        let found = components(&[&[1.0, 2.0], &[1.0, 2.0]], 3);
        assert_eq!(found.coordinates, [[0.0, 0.0]; 3]);
        assert_eq!(found.shares, [0.0; 3]);
    }
}

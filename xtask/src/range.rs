//! `Range: bytes=...` of RFC 9110, one range at a time.

#[derive(Debug, PartialEq, Eq)]
pub enum Part {
    /// The whole file: no range was asked for, or one this server does not know.
    Whole,
    /// The bytes from the first up to the second, exclusive.
    Bytes(u64, u64),
    /// A range that lies outside the file.
    Outside,
}

pub fn part(header: Option<&str>, length: u64) -> Part {
    let Some((first, last)) = header.and_then(bounds) else {
        return Part::Whole;
    };
    let (start, end) = match (first, last) {
        (Some(first), last) => (first, last.map_or(length, |last| last.saturating_add(1).min(length))),
        (None, Some(suffix)) => (length.saturating_sub(suffix), length),
        (None, None) => return Part::Whole,
    };
    if start < end { Part::Bytes(start, end) } else { Part::Outside }
}

type Bounds = (Option<u64>, Option<u64>);

fn bounds(header: &str) -> Option<Bounds> {
    let (first, last) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
    let bounds = (number(first)?, number(last)?);
    let reversed = matches!(bounds, (Some(first), Some(last)) if first > last);
    (!reversed).then_some(bounds)
}

/// `Some(None)` where the number is left out, `None` where it is not a number.
fn number(text: &str) -> Option<Option<u64>> {
    match text.trim() {
        "" => Some(None),
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok().map(Some),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, part};

    #[test]
    fn a_range_is_cut_to_the_file() {
        assert_eq!(part(Some("bytes=0-9"), 100), Part::Bytes(0, 10));
        assert_eq!(part(Some("bytes=90-"), 100), Part::Bytes(90, 100));
        assert_eq!(part(Some("bytes=90-1000"), 100), Part::Bytes(90, 100));
        assert_eq!(part(Some("bytes=-10"), 100), Part::Bytes(90, 100));
        assert_eq!(part(Some("bytes=-1000"), 100), Part::Bytes(0, 100));
        assert_eq!(part(Some("bytes=0-18446744073709551615"), 100), Part::Bytes(0, 100));
    }

    #[test]
    fn what_lies_behind_the_end_is_outside() {
        assert_eq!(part(Some("bytes=100-"), 100), Part::Outside);
        assert_eq!(part(Some("bytes=-0"), 100), Part::Outside);
        assert_eq!(part(Some("bytes=0-"), 0), Part::Outside);
    }

    #[test]
    fn anything_else_is_the_whole_file() {
        for header in ["bytes=-", "bytes=5-2", "bytes=a-b", "bytes=0-1,5-6", "items=0-1", "bytes=+1-2", ""] {
            assert_eq!(part(Some(header), 100), Part::Whole, "{header}");
        }
        assert_eq!(part(None, 100), Part::Whole);
    }
}

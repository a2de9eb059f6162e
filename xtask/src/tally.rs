//! Counts of passed and failed, read off what `cargo test` and `node --test` print.

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub passed: u32,
    pub failed: u32,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// One check, which held or not.
    pub fn check(held: bool) -> Tally {
        if held { Tally { passed: 1, failed: 0 } } else { Tally { passed: 0, failed: 1 } }
    }

    /// A runner that failed without saying which test did has failed one all the same.
    pub fn ended(mut self, success: bool) -> Tally {
        if !success && self.failed == 0 {
            self.failed = 1;
        }
        self
    }

    /// `test result: ok. 3 passed; 0 failed; ...`, once for each test program.
    pub fn read_cargo(&mut self, line: &str) {
        let Some(rest) = plain(line).strip_prefix("test result: ").map(str::to_owned) else {
            return;
        };
        let words: Vec<&str> = rest.split([' ', ';']).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            match (pair[0].parse::<u32>(), pair[1]) {
                (Ok(count), "passed") => self.passed += count,
                (Ok(count), "failed") => self.failed += count,
                _ => {}
            }
        }
    }

    /// `ℹ pass 3` of the spec reporter or `# pass 3` of TAP; a cancelled test did not pass.
    pub fn read_node(&mut self, line: &str) {
        let line = plain(line);
        let Some(rest) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) else {
            return;
        };
        let mut words = rest.split_whitespace();
        let (Some(name), Some(Ok(count)), None) = (words.next(), words.next().map(str::parse::<u32>), words.next())
        else {
            return;
        };
        match name {
            "pass" => self.passed += count,
            "fail" | "cancelled" => self.failed += count,
            _ => {}
        }
    }
}

/// A line without its colours.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut letters = line.trim_end().chars();
    while let Some(letter) = letters.next() {
        if letter == '\x1b' {
            letters.find(char::is_ascii_alphabetic);
        } else {
            text.push(letter);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn tally(passed: u32, failed: u32) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn cargo_counts_are_added_up() {
        let mut sum = Tally::default();
        sum.read_cargo(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.01s",
        );
        sum.read_cargo("test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out");
        sum.read_cargo("test result: \x1b[32mok\x1b[0m. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
        sum.read_cargo("test parses_5 passed ... ok");
        assert_eq!(sum, tally(15, 3));
    }

    #[test]
    fn node_counts_are_added_up() {
        let mut sum = Tally::default();
        for line in ["ℹ tests 9", "ℹ pass 5", "ℹ fail 1", "ℹ cancelled 2", "ℹ skipped 0", "ℹ duration_ms 12.5"]
        {
            sum.read_node(line);
        }
        for line in ["# pass 4", "# fail 0", "\x1b[34mℹ pass 1\x1b[39m", "# pass the salt", "✔ pass 7"] {
            sum.read_node(line);
        }
        assert_eq!(sum, tally(10, 3));
    }

    #[test]
    fn a_runner_that_dies_counts_as_failed() {
        assert_eq!(Tally::default().ended(false), tally(0, 1));
        assert_eq!(tally(3, 2).ended(false), tally(3, 2));
        assert_eq!(tally(3, 0).ended(true), tally(3, 0));
    }
}

//! What a build was made of, kept beside it: a build whose sources are unchanged is not made again.
//!
//! cargo cannot tell. Both engines are builds of one crate, and the name of a cdylib for wasm has no hash in it, so
//! that each build overwrites the other's `vitrine.wasm` and makes it stale.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::tools::root;

/// The sources of a build, with a hash of their contents and of what else decides its outcome.
pub struct Stamp {
    hash: u64,
    sources: BTreeSet<PathBuf>,
}

impl Stamp {
    /// Of the files as they are now. `settings` is what no file tells: versions, flags, options.
    pub fn new(sources: BTreeSet<PathBuf>, settings: &str) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        settings.hash(&mut hasher);
        for source in &sources {
            relative(source).hash(&mut hasher);
            fs::read(source).with_context(|| source.display().to_string())?.hash(&mut hasher);
        }
        Ok(Self { hash: hasher.finish(), sources })
    }

    /// Whether the build that left `file` behind is what a new one would make.
    pub fn is_current(file: &Path, settings: &str) -> bool {
        let read = || {
            let text = fs::read_to_string(file).ok()?;
            let mut lines = text.lines();
            let hash = u64::from_str_radix(lines.next()?, 16).ok()?;
            Some(Self::new(lines.map(|line| root().join(line)).collect(), settings).ok()?.hash == hash)
        };
        read().unwrap_or(false)
    }

    /// Keeps it, unless a source was changed after the build began: whether the build saw that is unknown.
    pub fn write(&self, file: &Path, began: SystemTime) -> Result<()> {
        let is_older =
            |path: &PathBuf| fs::metadata(path).and_then(|data| data.modified()).is_ok_and(|time| time < began);
        if !self.sources.iter().all(is_older) {
            return Ok(());
        }
        let mut text = format!("{:016x}\n", self.hash);
        for source in &self.sources {
            text += &format!("{}\n", relative(source).display());
        }
        Ok(fs::write(file, text)?)
    }
}

/// A copy of the repository is judged by its own sources, not by those of the one that it was copied from.
fn relative(source: &Path) -> &Path {
    source.strip_prefix(root()).unwrap_or(source)
}

/// The prerequisites in a Makefile's rule, as cargo writes them to `NAME.d`.
pub fn prerequisites(rule: &str) -> BTreeSet<PathBuf> {
    const SPACE: char = '\0';
    let list = rule.split_once(": ").map_or("", |(_, list)| list);
    let words = list.lines().next().unwrap_or("").replace("\\ ", &SPACE.to_string());
    words.split(' ').filter(|word| !word.is_empty()).map(|word| PathBuf::from(word.replace(SPACE, " "))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::time::{Duration, SystemTime};

    use super::{Stamp, prerequisites};
    use crate::tools::root;

    #[test]
    fn a_build_is_current_until_its_sources_or_settings_change() {
        let folder = std::env::temp_dir().join(format!("vitrine-stamp-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (source, file) = (folder.join("lib.rs"), folder.join(".stamp"));
        fs::write(&source, "one").unwrap();
        let stamp = || Stamp::new(BTreeSet::from([source.clone()]), "flags").unwrap();
        let later = SystemTime::now() + Duration::from_secs(60);

        assert!(!Stamp::is_current(&file, "flags"), "there is none yet");
        stamp().write(&file, later - Duration::from_secs(3600)).unwrap();
        assert!(!file.exists(), "its source was changed while it was built");
        stamp().write(&file, later).unwrap();
        assert!(Stamp::is_current(&file, "flags"));
        assert!(!Stamp::is_current(&file, "other flags"));
        fs::write(&source, "two").unwrap();
        assert!(!Stamp::is_current(&file, "flags"));
        fs::remove_file(&source).unwrap();
        assert!(!Stamp::is_current(&file, "flags"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_copy_of_the_repository_has_stamps_of_its_own() {
        let file = std::env::temp_dir().join(format!("vitrine-stamp-of-{}", std::process::id()));
        let manifest = root().join("Cargo.toml");
        let later = SystemTime::now() + Duration::from_secs(60);
        Stamp::new(BTreeSet::from([manifest]), "flags").unwrap().write(&file, later).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text.lines().collect::<Vec<_>>()[1..], ["Cargo.toml"]);
        assert!(Stamp::is_current(&file, "flags"));
        fs::remove_file(file).unwrap();
    }

    #[test]
    fn a_rule_names_its_prerequisites() {
        let rule = "/t/vitrine.wasm: /a/lib.rs /with\\ space/b.rs\n\n/a/lib.rs:\n";
        assert_eq!(prerequisites(rule), BTreeSet::from(["/a/lib.rs".into(), "/with space/b.rs".into()]));
        assert!(prerequisites("").is_empty());
    }
}

//! The page's modules and style sheets, bundled by `page.mjs` with esbuild into `pkg/page/`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::SystemTime;

use anyhow::Result;

use crate::stamp::Stamp;
use crate::tools::{self, root};

/// What is bundled with which packages, and how.
const SETTINGS: [&str; 3] = ["xtask/page.mjs", "package.json", "package-lock.json"];

/// Writes `pkg/page/` where its sources have changed; after the engines, whose hashes are in the list of what is kept
/// offline.
pub fn build() -> Result<()> {
    let stamp = root().join("pkg/page/.stamp");
    if Stamp::is_current(&stamp, "") {
        return Ok(());
    }
    tools::require_bundler()?;
    let began = SystemTime::now();
    let inputs = tools::output(tools::command("node").arg("xtask/page.mjs"))?;
    let sources: BTreeSet<PathBuf> = inputs.lines().chain(SETTINGS).map(|name| root().join(name)).collect();
    Stamp::new(sources, "")?.write(&stamp, began)?;
    println!("pkg/page: the page's modules and style sheets");
    Ok(())
}

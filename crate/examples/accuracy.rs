//! `cargo xtask accuracy [ID...]`: scores of the bundled networks in this engine, kept in their cards as
//! `score_engine`.

#[path = "../tests/bundled/mod.rs"]
mod bundled;

use bundled::{Result, card, card_score, networks, repository, score};

const KEY: &str = "\"score_engine\":";

fn main() -> Result<()> {
    let named: Vec<String> = std::env::args().skip(1).collect();
    let ids = if named.is_empty() { networks().map(|entry| entry.id.to_owned()).collect() } else { named };
    println!("{:20} {:16} {:>8} {:>8}", "500 test images", "", "PyTorch", "engine");
    for id in &ids {
        let (metric, pytorch) = card_score(id)?;
        let engine = score(id)?;
        keep(id, engine)?;
        println!("{id:20} {metric:16} {pytorch:8.4} {engine:8.4}");
    }
    Ok(())
}

/// Puts the score into the card, whose other lines stay as they are.
fn keep(id: &str, score: f64) -> Result<()> {
    let card = card(id)?;
    let start = card.find(KEY).ok_or_else(|| format!("the card of {id} has no line for {KEY}"))? + KEY.len();
    let end = start + card[start..].find([',', '\n', '}']).ok_or("the card breaks off")?;
    let rounded = (score * 1e5).round() / 1e5;
    let path = repository(&format!("www/weights/{id}.json"));
    Ok(std::fs::write(path, format!("{} {rounded}{}", &card[..start], &card[end..]))?)
}

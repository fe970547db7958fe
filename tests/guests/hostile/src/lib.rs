//! Does one bad deed a run; the setting says which.

use lightship_guest::history::{self, Agg};
use lightship_guest::{
    Batch, Data, Failure, Leader, Leaderboard, Light, Manifest, Rag, Setting, SettingType, Transform, Widget, log,
    settings,
};
use std::hint::black_box;

struct Hostile;

impl Transform for Hostile {
    fn describe() -> Manifest {
        Manifest::new("hostile", "0.1.0")
            .selects("load1")
            .setting("deed", Setting::new(SettingType::String, "What it does").default("none"))
    }

    fn transform(batch: Batch) -> Result<Vec<Widget>, Failure> {
        let deed: String = settings::get("deed").unwrap_or_default();
        match deed.as_str() {
            "loop" => loop {
                black_box(());
            },
            "memory" => {
                let mut hoard = Vec::new();
                loop {
                    hoard.push(black_box(vec![1u8; 1 << 20]));
                }
            }
            "recursion" => Ok(vec![widget(&deep(1).to_string())]),
            "panic" => panic!("no values at {}", batch.now()),
            "output" => Ok(vec![Widget::new("big", "x".repeat(5 << 20), Leaderboard::default())]),
            "widgets" => Ok((0..501).map(|at| widget(&at.to_string())).collect()),
            "log" => {
                (0..10_000).for_each(|_| log::info(&"spam\n".repeat(20)));
                Ok(vec![widget("quiet")])
            }
            "calls" => loop {
                black_box(settings::get::<String>("deed"));
            },
            "hoard" => {
                let points = history::query("load1", 0, batch.now(), 0, Agg::Avg)?;
                Ok(vec![widget(&points.rows().count().to_string())])
            }
            "shape" => Ok(vec![Widget::new("odd", "Odd", Data::Other("rag".to_owned(), "no lights".into()))]),
            "number" => {
                let items = vec![Leader { label: "R1".to_owned(), value: f64::NAN, previous_rank: None }];
                Ok(vec![Widget::new("nan", "NaN", Leaderboard { items })])
            }
            "twice" => Ok(vec![widget("a"), widget("A")]),
            "failure" => Err(Failure::new("settings.deed: it is `failure`; write another")),
            _ => Ok(vec![widget("good")]),
        }
    }
}

fn widget(id: &str) -> Widget {
    let light = || Light::new(0, "");
    Widget::new(id, id, Rag { red: light(), amber: light(), green: light() })
}

fn deep(depth: u64) -> u64 {
    if black_box(true) { deep(depth + 1) ^ depth } else { depth }
}

lightship_guest::export!(Hostile);

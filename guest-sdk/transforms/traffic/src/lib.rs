//! `traffic`: what the chosen interfaces carry now and over the last hours, and which interfaces are the busiest.

mod busiest;
mod choose;
mod interface;
mod widgets;

use interface::Interface;
use lightship_guest::{Batch, Failure, Manifest, Millis, Setting, SettingType, Transform, Widget, settings};

struct Traffic;

impl Transform for Traffic {
    fn describe() -> Manifest {
        Manifest::new("traffic", env!("CARGO_PKG_VERSION"))
            .title("Traffic of the chosen interfaces, and the busiest ones")
            .selects("ifInOctets,ifOutOctets,ifOperStatus")
            .setting(
                "interface",
                Setting::new(
                    SettingType::Strings,
                    "The interfaces to show: names such as \"Gi0/1\" or \"R1 Gi0/1\", with * and ?; by default the busiest one of the last full hour",
                ),
            )
            .setting(
                "device",
                Setting::new(SettingType::Strings, "Only interfaces of these devices count: names, with * and ?"),
            )
            .setting(
                "history",
                Setting::new(SettingType::Duration, "How far back the chart goes").default("3h"),
            )
            .setting(
                "top",
                Setting::new(SettingType::Number, "How many interfaces the ranking has, at most 100").default(10),
            )
            .needs("history")
            .needs("devices")
            .widget("in", "Traffic in", "number")
            .widget("out", "Traffic out", "number")
            .widget("history", "Traffic", "line")
            .widget("busiest", "Busiest interfaces", "leaderboard")
    }

    fn transform(batch: Batch) -> Result<Vec<Widget>, Failure> {
        let devices: Vec<String> = settings::get("device").unwrap_or_default();
        let wanted: Vec<String> = settings::get("interface").unwrap_or_default();
        let history: Millis = settings::get("history").unwrap_or(3 * 60 * 60 * 1000);
        let top = choose::top(settings::get("top").unwrap_or(10.0))?;

        let interfaces = choose::of_devices(Interface::all(&batch), &devices)?;
        let chosen = match wanted.is_empty() {
            true => busiest::of_last_hour(&interfaces, batch.now())?.into_iter().collect(),
            false => choose::interfaces(&interfaces, &wanted)?,
        };
        let mut widgets = Vec::new();
        if chosen.is_empty() {
            widgets.extend(widgets::unknown());
        }
        for (place, interface) in chosen.into_iter().enumerate() {
            widgets.extend(widgets::of(interface, place == 0, batch.now(), history)?);
        }
        widgets.push(busiest::ranking(&interfaces, top));
        Ok(widgets)
    }
}

lightship_guest::export!(Traffic);

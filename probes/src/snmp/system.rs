//! The module `system`: who the device is, and since when it runs (SNMPv2-MIB, RFC 3418).

use super::client::Session;
use super::codec::{self, Ask, Bind, Value};
use super::failure::Failure;
use super::oid::Oid;
use super::text;
use super::usm::Refusal;
use crate::gathered::Gathered;
use crate::series::Interner;
use model::{AttrValue, Attribute, Kind, Labels, Millis, Sample};

/// The scalars of the group `system`: name, number below 1.3.6.1.2.1.1.
const TEXTS: [(&str, u32); 5] =
    [("sysDescr", 1), ("sysObjectID", 2), ("sysContact", 4), ("sysName", 5), ("sysLocation", 6)];
const UPTIME: u32 = 3;

fn scalar(number: u32) -> Oid {
    Oid::new(&[1, 3, 6, 1, 2, 1, 1, number, 0])
}

/// What the group `system` said.
#[derive(Debug, Default)]
pub(super) struct System {
    /// sysUpTime in hundredths of a second, and when it came.
    pub(super) uptime: Option<(u32, Millis)>,
    texts: Vec<(&'static str, String)>,
    trouble: Vec<String>,
}

/// Asks for sysUpTime and, if `all`, the rest of the group: the first thing asked of a device, so it also tells whether it is there.
pub(super) async fn read(session: &mut Session<'_>, all: bool) -> Result<System, Failure> {
    let numbers: Vec<u32> =
        std::iter::once(UPTIME).chain(TEXTS.iter().map(|(_, number)| *number).filter(|_| all)).collect();
    let tries = session.patience();
    let (answer, at) = session.ask(&Ask::Get(numbers.iter().copied().map(scalar).collect()), tries).await?;
    let mut system = System::default();
    if answer.error == 0 && answer.binds.len() >= numbers.len() {
        answer.binds.iter().for_each(|bind| system.take(bind, at));
        return Ok(system);
    }
    if matches!(answer.error, codec::NO_ACCESS | codec::AUTHORIZATION_ERROR) {
        return Err(Failure::Refused(Refusal::Access));
    }
    // An agent that cannot answer all at once may answer one by one.
    for number in numbers {
        match session.ask(&Ask::Get(vec![scalar(number)]), tries).await {
            Ok((answer, at)) if answer.error == 0 => answer.binds.iter().for_each(|bind| system.take(bind, at)),
            Ok((answer, _)) => {
                let error = codec::error_name(answer.error);
                system.trouble.push(format!("{} is missing: the device answers {error}", scalar(number)));
            }
            Err(failure) if failure.is_final() => {
                system
                    .trouble
                    .push("the rest of `system` is missing: the device fell silent or the `deadline` came".to_owned());
                break;
            }
            Err(_) => system.trouble.push(format!("{} is missing: the device does not answer it", scalar(number))),
        }
    }
    Ok(system)
}

/// sysUpTime alone, which also tells whether the device is still there.
pub(super) async fn uptime(session: &mut Session<'_>) -> Result<Option<u32>, Failure> {
    let tries = session.patience().min(2);
    let (answer, at) = session.ask(&Ask::Get(vec![scalar(UPTIME)]), tries).await?;
    let mut system = System::default();
    answer.binds.iter().for_each(|bind| system.take(bind, at));
    Ok(system.uptime.map(|(ticks, _)| ticks))
}

impl System {
    /// Takes one object of an answer, wherever it stands there.
    pub(super) fn take(&mut self, bind: &Bind, at: Millis) {
        let Some(oid) = &bind.oid else {
            self.trouble.push("an object of `system` has a name that cannot be read".to_owned());
            return;
        };
        let text = match &bind.value {
            Value::Unreadable => {
                self.trouble.push(format!("{oid} cannot be read"));
                return;
            }
            Value::Octets(bytes) => Some(text::of(bytes)),
            Value::Oid(oid) => Some(oid.to_string()),
            _ => None,
        };
        if *oid == scalar(UPTIME) {
            self.uptime = bind.value.unsigned().and_then(|ticks| u32::try_from(ticks).ok()).map(|ticks| (ticks, at));
        } else if let (Some((name, _)), Some(text)) = (TEXTS.iter().find(|(_, number)| *oid == scalar(*number)), text) {
            self.texts.push((name, text));
        }
    }

    /// What the module gives.
    pub(super) fn emit(self, series: &mut Interner, into: &mut Gathered) {
        if let Some((ticks, at)) = self.uptime {
            let series = series.series(&Labels::none(), "sysUpTime", "s", Kind::Gauge);
            into.samples.push(Sample { series, at, value: model::Value::Gauge(f64::from(ticks) / 100.0) });
        }
        let attribute = |(name, text): (&str, String)| Attribute {
            row: Labels::none(),
            name: name.to_owned(),
            value: AttrValue::Text(text),
        };
        into.attributes.extend(self.texts.into_iter().map(attribute));
        into.trouble.extend(self.trouble);
    }
}

//! Times as people write them.

use std::fmt;
use std::str::FromStr;

/// A time or duration in microseconds as people write it: `300us`, `12.5ms`, `1s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub u64);

/// A text is not a time: a decimal number and `us`, `ms` or `s`, in whole microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotASpan;

impl fmt::Display for NotASpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write a time like 300us, 12.5ms or 1s, in whole microseconds")
    }
}

impl std::error::Error for NotASpan {}

/// The unit that keeps the number short; `0` alone for nothing.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit_us, unit) = match self.0 {
            0 => return f.write_str("0"),
            1..1_000 => return write!(f, "{}us", self.0),
            1_000..1_000_000 => (1_000, "ms"),
            _ => (1_000_000, "s"),
        };
        write!(f, "{}", self.0 / unit_us)?;
        if !self.0.is_multiple_of(unit_us) {
            // The rest, with as many leading zeros as the unit has decimals.
            let digits = (unit_us + self.0 % unit_us).to_string();
            write!(f, ".{}", digits[1..].trim_end_matches('0'))?;
        }
        f.write_str(unit)
    }
}

impl FromStr for Span {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Span, NotASpan> {
        if text == "0" {
            return Ok(Span(0));
        }
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or(NotASpan)?;
        let (number, unit) = text.split_at(end);
        let decimals = match unit {
            "us" => 0,
            "ms" => 3,
            "s" => 6,
            _ => return Err(NotASpan),
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let lonely_point = part.is_empty() && number.contains('.');
        if whole.is_empty() || lonely_point || part.len() > decimals {
            return Err(NotASpan);
        }
        // "12.5" and three decimals make the digits 12500: microseconds, without a float.
        let digits = format!("{whole}{part:0<decimals$}");
        digits.parse().map(Span).map_err(|_| NotASpan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_write_them() {
        for (us, text) in [
            (0, "0"),
            (300, "300us"),
            (1_000, "1ms"),
            (12_500, "12.5ms"),
            (12_005, "12.005ms"),
            (1_000_000, "1s"),
            (1_000_001, "1.000001s"),
            (u64::MAX, "18446744073709.551615s"),
        ] {
            assert_eq!(Span(us).to_string(), text);
            assert_eq!(text.parse(), Ok(Span(us)));
        }
        assert_eq!("1500ms".parse(), Ok(Span(1_500_000)));
        for bad in
            ["", "5", "ms", ".5ms", "5.ms", "1.5us", "1.2.3s", "-1s", "1 s", "99999999999999999s"]
        {
            assert_eq!(bad.parse::<Span>(), Err(NotASpan), "{bad}");
        }
    }
}

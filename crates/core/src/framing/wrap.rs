//! How a payload becomes a frame.

use super::Framing;
use super::check::{Check, Tail};
use super::escape::{encode_cobs, encode_slip};
use super::head::{Field, write_varint};
use super::kind::{Kind, LineEnd};
use super::look::Look;
use crate::problem::Problem;

impl Framing {
    /// Appends the frame that carries `payload` as it goes on the wire, with its check behind the payload
    /// when one is set.
    ///
    /// With a `length` whose header is kept, the payload begins with that header: a length of 0 in it is
    /// filled in, any other must be right.
    ///
    /// # Errors
    ///
    /// It cannot carry the payload: what ends a frame is in it, or its length is not the one, more than the
    /// length field holds or more than the maximum. `out` is then as it was.
    pub fn wrap(&self, payload: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
        let start = out.len();
        let result = self.fits(payload).and_then(|()| self.write(payload, out));
        if result.is_err() {
            out.truncate(start);
        }
        result
    }

    fn fits(&self, payload: &[u8]) -> Result<(), Problem> {
        let len = payload.len() + self.check.map_or(0, Check::width);
        let (most, len) = match self.kind {
            Kind::Fixed(_) => (self.most(), len),
            _ => (self.max, payload.len()),
        };
        match self.kind {
            Kind::Fixed(bytes) if len != bytes => {
                let with = if self.check.is_some() { " with its check" } else { "" };
                Err(refused(format!("{} is not the length of {self}", count(len, with)), ""))
            }
            Kind::Slip | Kind::Quiet(_) if len == 0 && self.check.is_none() => {
                Err(refused(format!("{} has no empty frames", self.kind.name()), "send at least 1 byte"))
            }
            _ if len > most => {
                let what = format!("{} is more than the maximum of {most}", count(len, ""));
                Err(refused(what, "send less, or set a larger maximum"))
            }
            _ => Ok(()),
        }
    }

    fn write(&self, payload: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
        if let Kind::Length(field) = &self.kind
            && field.keep
        {
            return self.fill(field, payload, out);
        }
        let tail = self.tail(payload)?;
        let body = [payload, tail.bytes()];
        let len = payload.len() + tail.bytes().len();
        match &self.kind {
            Kind::Line(_) | Kind::Delimiter(_) => return self.mark(body, out),
            Kind::Slip => encode_slip(body, out),
            Kind::Cobs => encode_cobs(body, out),
            Kind::Fixed(_) | Kind::Quiet(_) => out.extend(body.into_iter().flatten()),
            Kind::Varint => {
                write_varint(len, out);
                out.extend(body.into_iter().flatten());
            }
            Kind::Netstring => {
                out.extend_from_slice(format!("{len}:").as_bytes());
                out.extend(body.into_iter().flatten());
                out.push(b',');
            }
            Kind::Length(field) => {
                let start = out.len();
                out.resize(start + field.width, 0);
                field.write(len, &mut out[start..])?;
                out.extend(body.into_iter().flatten());
            }
        }
        Ok(())
    }

    /// With the mark behind, which must be the first one there is.
    fn mark(&self, body: [&[u8]; 2], out: &mut Vec<u8>) -> Result<(), Problem> {
        let start = out.len();
        let mark = self.kind.mark().unwrap_or_default();
        out.extend(body.into_iter().flatten());
        if self.kind == Kind::Line(LineEnd::Any) && out[start..].ends_with(b"\r") {
            let what = "a carriage return at the end would be taken for a part of the line end";
            return Err(refused(what, "leave it out, or use line:lf"));
        }
        out.extend_from_slice(mark);
        let wire = out.len() - start;
        match self.look(&out[start..], 0) {
            Look::Whole { wire: found, .. } if found == wire => Ok(()),
            Look::Whole { wire: found, .. } => {
                let at = found - mark.len();
                let part = if at < body[0].len() { "the payload" } else { "the check" };
                let remedy = match self.check {
                    Some(_) if part == "the check" => {
                        "a check in digits, such as crc16-modbus:hex, avoids that"
                    }
                    _ => "leave it out, or use a framing with a length",
                };
                Err(refused(format!("{self} would end the frame early, at byte {at} in {part}"), remedy))
            }
            _ => Err(refused(format!("{} do not fit {self}", count(wire, "")), "")),
        }
    }

    /// Behind its own header, which has the length or 0 in its place.
    fn fill(&self, field: &Field, payload: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
        let start = out.len();
        let header = field.header();
        let Some(following) = payload.len().checked_sub(header) else {
            let what = format!("{} is shorter than the header of {header}", count(payload.len(), ""));
            return Err(refused(what, "begin the payload with the header; a length of 0 is filled in"));
        };
        out.extend_from_slice(payload);
        let place = start + field.offset..start + header;
        let said = field.value(&out[place.clone()]);
        field.write(following + self.check.map_or(0, Check::width), &mut out[place.clone()])?;
        let right = field.value(&out[place]);
        if said != 0 && said != right {
            let what = format!("the length in the header is {said}, but should be {right}");
            return Err(refused(what, "write 0 to have it filled in"));
        }
        let tail = self.tail(&out[start..])?;
        out.extend_from_slice(tail.bytes());
        Ok(())
    }

    fn tail(&self, content: &[u8]) -> Result<Tail, Problem> {
        self.check.map_or(Ok(Tail::NONE), |check| check.tail(content))
    }
}

fn refused(what: impl Into<String>, remedy: &str) -> Problem {
    Problem::whole("", what, remedy)
}

fn count(bytes: usize, with: &str) -> String {
    let unit = if bytes == 1 { "byte" } else { "bytes" };
    format!("a payload of {bytes} {unit}{with}")
}

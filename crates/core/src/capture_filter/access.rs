//! Values to instructions.

use super::branch::{Branch, Step, Test};
use super::code::*;
use super::link::{From, IPV4, IPV6, MOVED, Places};
use super::table::{Layer, Proto};
use super::tree::{Relation, Value};

/// Further than any packet is long, and so far from the end of the numbers that nothing wraps around. Behind it
/// the kernel would look at headers by other rules, or at what it knows besides the bytes.
const FURTHEST: u32 = 0x0fff_ffff;

/// The values need more memory than a program has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

impl Places {
    /// A comparison; the protocols whose bytes are read must be there.
    pub(super) fn relation(&self, relation: Relation, left: &Value, right: &Value) -> Result<Branch, Full> {
        let mut tests = Vec::new();
        self.guards(left, &mut tests);
        self.guards(right, &mut tests);
        let (jump, negated) = match relation {
            Relation::Equal => (JEQ, false),
            Relation::NotEqual => (JEQ, true),
            Relation::Greater => (JGT, false),
            Relation::LessOrEqual => (JGT, true),
            Relation::GreaterOrEqual => (JGE, false),
            Relation::Less => (JGE, true),
        };
        let test = match (left, right) {
            (Value::Number(left), Value::Number(right)) => Branch::Always(match jump {
                JEQ => left == right,
                JGT => left > right,
                _ => left >= right,
            }),
            (left, Value::Number(k)) => {
                Branch::Test(Test { steps: self.value(left, MOVED + 1)?, jump, k: *k })
            }
            _ => Branch::Test(Test { steps: self.both(left, right, MOVED + 1)?, jump: jump | X, k: 0 }),
        };
        tests.push(if negated { test.not() } else { test });
        Ok(Branch::all(tests))
    }

    /// What must be so before a value can be computed, in the order in which libpcap looks.
    fn guards(&self, value: &Value, tests: &mut Vec<Branch>) {
        let (proto, offset) = match value {
            Value::Number(_) | Value::Length => return,
            Value::Negative(inner) => return self.guards(inner, tests),
            Value::Compute(_, left, right) => {
                self.guards(left, tests);
                return self.guards(right, tests);
            }
            Value::Bytes { proto, offset, .. } => (*proto, offset),
        };
        let inside4 = matches!(proto.layer, Layer::Inside { v4: true, .. });
        if inside4 {
            add(tests, self.carries(IPV4));
        }
        self.guards(offset, tests);
        match proto.layer {
            Layer::Link => {}
            Layer::Network(kind) => add(tests, self.carries(u32::from(kind))),
            Layer::Inside { .. } if inside4 => {
                add(tests, self.proto(proto));
                add(tests, self.whole());
            }
            Layer::Inside { number, .. } => {
                add(tests, self.carries(IPV6));
                add(tests, self.equal(From::Payload, 6, B, u32::from(number)));
            }
        }
    }

    /// Whether a packet is of a protocol.
    pub(super) fn proto(&self, proto: Proto) -> Branch {
        match proto.layer {
            Layer::Link => Branch::Always(true),
            Layer::Network(kind) => self.carries(u32::from(kind)),
            Layer::Inside { number, v4, v6 } => {
                let found = [(v4, IPV4), (v6, IPV6)].into_iter().filter(|(looked, _)| *looked);
                Branch::any(found.map(|(_, ip)| self.number(ip, number)).collect())
            }
        }
    }

    /// Whether IPv4 or IPv6 carries this; in IPv6 also behind the header of a fragment, if that comes first.
    pub(super) fn number(&self, ip: u32, number: u8) -> Branch {
        let number = u32::from(number);
        if ip == IPV4 {
            return Branch::all(vec![self.carries(IPV4), self.equal(From::Payload, 9, B, number)]);
        }
        const FRAGMENT: u32 = 44;
        let behind = vec![self.equal(From::Payload, 6, B, FRAGMENT), self.equal(From::Inside6, 0, B, number)];
        let found = Branch::any(vec![self.equal(From::Payload, 6, B, number), Branch::all(behind)]);
        Branch::all(vec![self.carries(IPV6), found])
    }

    /// Whether a packet of IPv4 has what it carries from its first byte on: it is no later fragment.
    pub(super) fn whole(&self) -> Branch {
        self.compare(From::Payload, 6, H, JSET, 0x1fff).not()
    }

    /// Steps that leave a value in the accumulator, with `slot` the first free word of memory.
    fn value(&self, value: &Value, slot: u32) -> Result<Vec<Step>, Full> {
        Ok(match value {
            Value::Number(number) => vec![Step::Plain(LD | IMM, *number)],
            Value::Length => vec![Step::Plain(LD | LEN, 0)],
            Value::Negative(inner) => {
                let mut steps = self.value(inner, slot)?;
                steps.push(Step::Plain(ALU | NEG, 0));
                steps
            }
            Value::Compute(operation, left, right) => self.compute(*operation, left, right, slot)?,
            Value::Bytes { proto, offset, size } => self.bytes(proto, offset, *size, slot)?,
        })
    }

    fn compute(&self, operation: u16, left: &Value, right: &Value, slot: u32) -> Result<Vec<Step>, Full> {
        if let Value::Number(k) = right {
            let mut steps = self.value(left, slot)?;
            steps.push(Step::Plain(ALU | operation | K, *k));
            return Ok(steps);
        }
        if [LSH, RSH].contains(&operation) {
            let mut steps = self.stored(left, right, slot)?;
            steps.push(Step::Shift { operation, slot });
            return Ok(steps);
        }
        let mut steps = self.both(left, right, slot)?;
        steps.push(Step::Plain(ALU | operation | X, 0));
        Ok(steps)
    }

    /// Steps that leave the left value in the accumulator and the right one in the index register.
    fn both(&self, left: &Value, right: &Value, slot: u32) -> Result<Vec<Step>, Full> {
        if let Value::Number(k) = left {
            let mut steps = self.value(right, slot)?;
            steps.extend([Step::Plain(TAX, 0), Step::Plain(LD | IMM, *k)]);
            return Ok(steps);
        }
        let mut steps = self.stored(left, right, slot)?;
        steps.extend([Step::Plain(TAX, 0), Step::Plain(LD | MEM, slot)]);
        Ok(steps)
    }

    /// Steps that leave the left value in memory and the right one in the accumulator.
    fn stored(&self, left: &Value, right: &Value, slot: u32) -> Result<Vec<Step>, Full> {
        if slot >= SLOTS {
            return Err(Full);
        }
        let mut steps = self.value(left, slot)?;
        steps.push(Step::Plain(ST, slot));
        steps.extend(self.value(right, slot + 1)?);
        Ok(steps)
    }

    fn bytes(&self, proto: Proto, offset: &Value, size: u8, slot: u32) -> Result<Vec<Step>, Full> {
        let size = match size {
            1 => B,
            2 => H,
            _ => W,
        };
        let from = match proto.layer {
            Layer::Link => From::Link,
            Layer::Network(_) => From::Payload,
            Layer::Inside { v4: false, .. } => From::Inside6,
            Layer::Inside { .. } => From::Inside4,
        };
        match offset {
            Value::Number(offset) if *offset > FURTHEST => Ok(vec![Step::Reject]),
            Value::Number(offset) => Ok(self.load(from, *offset, size)),
            offset => self.indexed(from, offset, size, slot),
        }
    }

    /// Steps that load from an offset that the packet says.
    fn indexed(&self, from: From, offset: &Value, size: u16, slot: u32) -> Result<Vec<Step>, Full> {
        let mut steps = self.value(offset, slot)?;
        steps.push(Step::RejectAbove(FURTHEST));
        let base = match from {
            From::Link => 0,
            From::Type => self.kind,
            From::Payload | From::Inside4 => self.payload,
            From::Inside6 => self.payload + 40,
        };
        let add = [Step::Plain(LD | MEM, slot), Step::Plain(ALU | ADD | X, 0)];
        if from == From::Inside4 {
            steps.push(Step::Plain(ST, slot));
            steps.extend(self.inside4());
            steps.extend(add);
        } else if self.moved && from != From::Link {
            steps.extend([Step::Plain(LDX | MEM, MOVED), Step::Plain(ALU | ADD | X, 0)]);
        }
        if slot >= SLOTS {
            return Err(Full);
        }
        steps.extend([Step::Plain(TAX, 0), Step::Plain(LD | IND | size, base)]);
        Ok(steps)
    }
}

/// What was found to be so need not be asked again.
fn add(tests: &mut Vec<Branch>, test: Branch) {
    if !tests.contains(&test) {
        tests.push(test);
    }
}

//! The parts of an instruction's code (linux/filter.h, linux/bpf_common.h).

pub(super) const LD: u16 = 0x00;
pub(super) const LDX: u16 = 0x01;
pub(super) const ST: u16 = 0x02;
pub(super) const STX: u16 = 0x03;
pub(super) const ALU: u16 = 0x04;
pub(super) const JMP: u16 = 0x05;
pub(super) const RET: u16 = 0x06;
pub(super) const MISC: u16 = 0x07;

pub(super) const W: u16 = 0x00;
pub(super) const H: u16 = 0x08;
pub(super) const B: u16 = 0x10;

pub(super) const IMM: u16 = 0x00;
pub(super) const ABS: u16 = 0x20;
pub(super) const IND: u16 = 0x40;
pub(super) const MEM: u16 = 0x60;
pub(super) const LEN: u16 = 0x80;
/// Four times the low half of a byte: the length of an IPv4 header.
pub(super) const MSH: u16 = 0xa0;

pub(super) const ADD: u16 = 0x00;
pub(super) const SUB: u16 = 0x10;
pub(super) const MUL: u16 = 0x20;
pub(super) const DIV: u16 = 0x30;
pub(super) const OR: u16 = 0x40;
pub(super) const AND: u16 = 0x50;
pub(super) const LSH: u16 = 0x60;
pub(super) const RSH: u16 = 0x70;
pub(super) const NEG: u16 = 0x80;
pub(super) const MOD: u16 = 0x90;
pub(super) const XOR: u16 = 0xa0;

pub(super) const JA: u16 = 0x00;
pub(super) const JEQ: u16 = 0x10;
pub(super) const JGT: u16 = 0x20;
pub(super) const JGE: u16 = 0x30;
pub(super) const JSET: u16 = 0x40;

/// The operand is the instruction's number.
pub(super) const K: u16 = 0x00;
/// The operand is the index register.
pub(super) const X: u16 = 0x08;
/// What is returned is the accumulator.
pub(super) const A: u16 = 0x10;

pub(super) const TAX: u16 = MISC;
pub(super) const TXA: u16 = MISC | 0x80;

/// From here on an offset asks for what the kernel knows besides the bytes (`SKF_AD_OFF`).
pub(super) const ANCILLARY: u32 = 0xffff_f000;
/// Who the packet was for (`SKF_AD_PKTTYPE`, `sll_pkttype` of packet(7)).
pub(super) const PACKET_TYPE: u32 = ANCILLARY + 4;
/// The number of the interface (`SKF_AD_IFINDEX`).
pub(super) const INTERFACE: u32 = ANCILLARY + 8;
/// The VLAN tag that the kernel took out of the packet (`SKF_AD_VLAN_TAG`).
pub(super) const VLAN_TAG: u32 = ANCILLARY + 44;
/// Whether there was one (`SKF_AD_VLAN_TAG_PRESENT`).
pub(super) const VLAN_TAG_PRESENT: u32 = ANCILLARY + 48;

/// How many words of memory a program has (`BPF_MEMWORDS`).
pub(super) const SLOTS: u32 = 16;

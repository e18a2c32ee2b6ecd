//! Recordings opened by whole commands: the same packets as tshark tells of, whoever wrote them.

#[path = "../common/mod.rs"]
mod common;
#[path = "../../../view/tests/dissect/corpus.rs"]
mod corpus;
#[path = "../../../view/tests/dissect/made.rs"]
#[expect(dead_code, reason = "more of it is needed where packets are taken apart")]
mod made;

mod beside;
mod files;
mod live;
mod shown;
mod tshark;

//! The contract of JSON lines: one table, from which the JSON Schema and the documents are made.

/// Version of the lines, in their field `v`. It changes when a field changes its meaning or goes away.
pub const VERSION: u64 = 1;

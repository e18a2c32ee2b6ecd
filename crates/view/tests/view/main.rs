//! Every view through its public interface, against events made by hand and any at all.

mod given;
mod json;
mod progress;
mod rows;
mod streams;
mod talk;

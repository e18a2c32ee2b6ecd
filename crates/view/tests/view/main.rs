//! Every view through its public interface, against events made by hand and any at all.

mod given;
mod json;
mod rows;
mod talk;

//! How a person writes bytes.

//! Checksums and CRCs by name.

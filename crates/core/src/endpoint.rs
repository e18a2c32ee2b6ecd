//! URLs that name places.

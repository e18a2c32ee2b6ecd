//! Empty until something lives here.

"""An open data directory: the store, and everything in memory that is computed from it."""

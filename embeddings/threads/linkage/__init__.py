"""Linkage by pair scores: sparse for large archives, dense for few items; memberships."""

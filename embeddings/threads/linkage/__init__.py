"""Linkage by pair scores: sparse for large archives, dense for few items; memberships.

Numbers in, labels out: nothing here knows a collection or an article.
"""

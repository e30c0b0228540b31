"""Words and names: an index of terms, their records, their vocabulary.

Counts and row numbers only, no vectors and no texts. Only `search` uses it, so its face is empty.
"""

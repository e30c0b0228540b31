"""Words and names: an index of terms, their records, their vocabulary."""

"""Two articles beside each other: alignment, novelty, versions, differences."""

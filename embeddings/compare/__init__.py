"""Two articles beside each other: alignment of paragraphs, relation, novelty, word by word difference."""

"""One article, whole."""

"""Training of `embeddings/search/scoring.json`: the labelled sets, the parts of their pairs, the fit, the report."""

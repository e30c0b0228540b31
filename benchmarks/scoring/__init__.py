"""Training of `embeddings/scoring.json`: the labelled sets, the parts of their pairs, the fit, the report."""

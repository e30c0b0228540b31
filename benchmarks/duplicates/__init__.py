"""The labelled benchmark for duplicates: real articles with known edits, and texts that only look like copies.

`generate` makes the set, `measure` runs Clew over it, `peers` other libraries. The edits are synthetic, the articles
they start from are real and stay outside of the repository.
"""

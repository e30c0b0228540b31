"""Articles that repeat others: candidates by signature, facts by comparing, verdicts by rule, groups by verdict.

No SQL and no FAISS. The way of an article: `Boilerplate.own_text` -> `Text` -> `signature` ->
`SignatureIndex.candidates` -> `compare` with each of them -> `judge` -> `DuplicateGroups.add`.
"""

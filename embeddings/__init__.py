"""What can be computed from articles as vectors and term counts: numpy and FAISS, never HTTP or the environment.

Each subject is a package with a public face of its own: `encoders`, `index`, `lexical`, `search`, `related`, `compare`,
`duplicates`, `threads`, `evaluation`; `preparing` makes one article ready for all of them. Nothing is imported here.
"""

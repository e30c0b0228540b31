"""The neighbour graph of the offline job: candidates, similarities, edges, checkpoints.

What is near what, for a whole collection at once; which of them are one thread is decided in `linkage`.
"""

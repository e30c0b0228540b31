"""The neighbour graph of the offline job: candidates, similarities, edges, checkpoints."""

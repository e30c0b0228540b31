"""The articles of a store, ready to be searched and compared: collection, neighbour graph, similarity, scores."""

"""The way of articles into the archive."""

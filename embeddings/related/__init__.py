"""Related coverage: candidates scored, grouped, cut, diversified."""

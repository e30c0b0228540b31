"""Related coverage of articles, texts and examples."""

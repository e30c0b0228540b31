"""Bounds that settings, requests and options share. Nothing is imported here: the command line needs them at once."""

THRESHOLD_BOUNDS = {"same": (0.3, 1.0), "covered": (0.5, 1.0), "quoted": (0.3, 1.0)}
"""Threshold of the duplicate rules that users may set -> its smallest and its largest value."""

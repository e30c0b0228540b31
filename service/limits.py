"""Bounds that settings, requests and options share. The command line needs them at once: nothing heavy is imported."""

from typing import Literal

Policy = Literal["link", "skip", "reject", "replace"]
"""What happens to an incoming article that repeats an earlier one."""

THRESHOLD_BOUNDS = {"same": (0.3, 1.0), "covered": (0.5, 1.0), "quoted": (0.3, 1.0)}
"""Threshold of the duplicate rules that users may set -> its smallest and its largest value."""

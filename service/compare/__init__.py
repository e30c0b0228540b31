"""Two articles beside each other: alignment, what an article adds, versions, differences word by word."""

from .alignment import alignment
from .figures import Beside, figures_between, with_figures
from .novelty import Facts, earlier_of, novelty_of
from .pairs import Asked, asked_prepared, asked_stored, describe_hit, kind_of_copy, verdicts_with
from .versions import count_versions, diff, version, version_chain

__all__ = [
    "Asked", "Beside", "Facts", "alignment", "asked_prepared", "asked_stored", "count_versions", "describe_hit", "diff",
    "earlier_of", "figures_between", "kind_of_copy", "novelty_of", "verdicts_with", "version", "version_chain",
    "with_figures",
]  # fmt: skip

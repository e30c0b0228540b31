"""Two articles beside each other: alignment of paragraphs, relation, novelty, word by word difference.

Nothing is searched here, and no kind of duplicate is decided: that is in `search` and `duplicates`.
"""

from .alignment import (
    CLOSE_LEAST,
    COPIED_LEAST,
    PAIRED_LEAST,
    AlignedPair,
    Alignment,
    Shares,
    Side,
    align,
    shares_of,
    weigh,
)
from .difference import Difference, ParagraphChange, ParagraphState, Wording, difference
from .novelty import EarlierParagraph, Novelty, facts_of, novelty, novelty_share, numbers_of
from .numbers import NumberChange
from .relations import PairDescription, Relation, describe_pair, verdict_on
from .wording import Effort, Mark, WordRun

__all__ = [
    "CLOSE_LEAST", "COPIED_LEAST", "PAIRED_LEAST", "AlignedPair", "Alignment", "Difference", "EarlierParagraph",
    "Effort", "Mark", "Novelty", "NumberChange", "PairDescription", "ParagraphChange", "ParagraphState", "Relation",
    "Shares", "Side", "WordRun", "Wording", "align", "describe_pair", "difference", "facts_of", "novelty",
    "novelty_share", "numbers_of", "shares_of", "verdict_on", "weigh",
]  # fmt: skip

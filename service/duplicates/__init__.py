"""Articles that repeat others: detected, labelled by people, reviewed, grouped, and classified again."""

from .answers import duplicate_page, duplicates, label_page, labelled_pair, review, verdict_rows
from .asking import Question, ask_first
from .check_answers import check_all, check_duplicates
from .detection import StoredArticles, detect, incoming_of
from .doubtful import DoubtfulPair, doubtful_pairs
from .groups import copies_of, group_page, group_rows
from .labels import (
    LabelRequest,
    apply_label,
    clear_canonical,
    human_input,
    restore_human_input,
    set_canonical,
    undo_label,
)
from .live_blogs import containers, reclassify_contained
from .pairs import classify_pair, is_kept
from .rebuilding import Rebuilt, rebuild, reclassify
from .threshold_answers import backtest, suggest

__all__ = [
    "DoubtfulPair", "LabelRequest", "Question", "Rebuilt", "StoredArticles", "apply_label", "ask_first", "backtest",
    "check_all", "check_duplicates", "classify_pair", "clear_canonical", "containers", "copies_of", "detect",
    "doubtful_pairs", "duplicate_page", "duplicates", "group_page", "group_rows", "human_input", "incoming_of",
    "is_kept", "label_page", "labelled_pair", "rebuild", "reclassify", "reclassify_contained", "restore_human_input",
    "review", "set_canonical", "suggest", "undo_label", "verdict_rows",
]  # fmt: skip

"""Articles that repeat others: candidates by signature, facts by comparing, verdicts by rule, groups by verdict.

No SQL and no FAISS. The way of an article: `Boilerplate.own_text` -> `Text` -> `signature` ->
`SignatureIndex.candidates` -> `compare` with each of them -> `judge` -> `DuplicateGroups.add`.
"""

from .boilerplate import Boilerplate
from .canonical import CRITERIA, CanonicalPolicy, Copy, Criterion
from .difference import Difference, ParagraphChange, ParagraphState, Wording, difference
from .facts import Facts, Text, compare
from .groups import DuplicateGroups, averaged
from .rules import DEFAULTS, Judgement, Thresholds, is_part, is_same_text, judge, with_vectors
from .signatures import (
    SIGNATURES_VERSION,
    BadSignature,
    Signature,
    SignatureIndex,
    pack_signature,
    signature,
    signatures,
    unpack_signature,
)
from .wording import Effort, Mark, NumberChange, WordRun

__all__ = [
    "CRITERIA",
    "DEFAULTS",
    "SIGNATURES_VERSION",
    "BadSignature",
    "Boilerplate",
    "CanonicalPolicy",
    "Copy",
    "Criterion",
    "Difference",
    "DuplicateGroups",
    "Effort",
    "Facts",
    "Judgement",
    "Mark",
    "NumberChange",
    "ParagraphChange",
    "ParagraphState",
    "Signature",
    "SignatureIndex",
    "Text",
    "Thresholds",
    "WordRun",
    "Wording",
    "averaged",
    "compare",
    "difference",
    "is_part",
    "is_same_text",
    "judge",
    "pack_signature",
    "signature",
    "signatures",
    "unpack_signature",
    "with_vectors",
]

"""Finding articles that repeat others: candidates by signature, verdicts by rule, groups by verdict.

No SQL and no FAISS. The way of an article: `Boilerplate.own_text` -> `Text` -> `signature` ->
`SignatureIndex.candidates` -> `judge` against each of them -> `DuplicateGroups.add` for exact and near ones.
"""

from .boilerplate import Boilerplate
from .difference import Difference, ParagraphChange, ParagraphState, Wording, difference
from .groups import DuplicateGroups
from .minhash import BadSignature, SignatureIndex, estimate, pack_signature, signature, unpack_signature
from .rules import Judgement, Text, judge
from .shingles import shingles
from .wording import Effort, Mark, NumberChange, WordRun

__all__ = [
    "BadSignature",
    "Boilerplate",
    "Difference",
    "DuplicateGroups",
    "Effort",
    "Judgement",
    "Mark",
    "NumberChange",
    "ParagraphChange",
    "ParagraphState",
    "SignatureIndex",
    "Text",
    "WordRun",
    "Wording",
    "difference",
    "estimate",
    "judge",
    "pack_signature",
    "shingles",
    "signature",
    "unpack_signature",
]

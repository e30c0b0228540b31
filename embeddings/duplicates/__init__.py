"""Articles that repeat others: candidates by signature, facts by comparing, a kind by rule, groups by pairs.

No SQL, no FAISS, and no labels of people. The way of an article: `Boilerplate.own_text` -> `Text` -> `signature` ->
`SignatureIndex.candidates` -> `compare` with each of them -> `classify` -> `DuplicateGroups.add`.
"""

from .advisories import Notice, likelihood_of, notice_of
from .boilerplate import Boilerplate, Unit
from .canonical import CanonicalPolicy, Copy
from .facts import Facts, Text, compare
from .groups import Connected, DuplicateGroups, averaged
from .lines import KEY, LineKeys, line_keys, unpack_lines
from .notices import is_untold
from .rules import (
    Classification,
    classify,
    is_of_one_series,
    is_part,
    is_same_text,
    kind_of,
    with_vectors,
)
from .series import REGULAR_LEAST, SeriesIndex, cadence, headline_frame
from .signatures import (
    SIGNATURES_VERSION,
    Signature,
    SignatureIndex,
    pack_signature,
    signature,
    signatures,
    unpack_signature,
)
from .thresholds import DEFAULTS, Thresholds

__all__ = [
    "DEFAULTS", "KEY", "REGULAR_LEAST", "SIGNATURES_VERSION", "Boilerplate", "CanonicalPolicy", "Classification",
    "Connected", "Copy",
    "DuplicateGroups", "Facts", "LineKeys", "Notice", "SeriesIndex", "Signature", "SignatureIndex", "Text",
    "Thresholds", "Unit", "averaged", "cadence", "classify", "compare", "headline_frame", "is_of_one_series", "is_part",
    "is_same_text", "is_untold", "kind_of", "likelihood_of", "line_keys", "notice_of", "pack_signature", "signature",
    "signatures", "unpack_lines", "unpack_signature", "with_vectors",
]  # fmt: skip

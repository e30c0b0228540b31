"""What can be computed from articles as vectors and term counts: related coverage, threads, duplicates.

numpy and FAISS; never HTTP, settings files or the environment. This is the package's public face.
"""

from .alignment import CLOSE_LEAST, COPIED_LEAST, AlignedPair, Alignment, Shares, Side, align, weigh
from .collection import Collection, Member, Query, day_of, lead_of
from .duplicates import (
    BadSignature,
    Boilerplate,
    DuplicateGroups,
    Judgement,
    SignatureIndex,
    Text,
    judge,
    pack_signature,
    shingles,
    signature,
    unpack_signature,
)
from .encoders import CachedEncoder, Encoder, encoder_for
from .errors import BadVectors, EmbeddingsError, EncoderUnavailable, ModelDamaged, SnapshotUnusable
from .examples import Examples, Judged
from .filters import Filter
from .index import ExactIndex, Nearest, VectorIndex, load_snapshot, quarantine, save_snapshot
from .novelty import EarlierParagraph, Novelty, ParagraphNovelty, facts_of, novelty, novelty_share, numbers_of
from .related import EXAMINED_MOST, SORTED_MOST, Found, GroupOf, Hit, Miss, Options, Pair, Recency, find_related
from .relations import (
    PairDescription,
    PairFacts,
    Relation,
    describe_pair,
    evidence_of,
    pair_scores,
    relation_of,
    verdict_on,
)
from .scoring import MINIMUM_SCORE, Scorer, Scores
from .similarity import density
from .threads import (
    Choice,
    Clustering,
    choose_thread,
    cluster,
    describe,
    headline,
    new_thread_id,
    reconcile,
)
from .types import Floats, Ids, Vectors
from .vectors import pack, unpack

__all__ = [
    "CLOSE_LEAST",
    "COPIED_LEAST",
    "EXAMINED_MOST",
    "MINIMUM_SCORE",
    "SORTED_MOST",
    "AlignedPair",
    "Alignment",
    "BadSignature",
    "BadVectors",
    "Boilerplate",
    "CachedEncoder",
    "Choice",
    "Clustering",
    "Collection",
    "DuplicateGroups",
    "EarlierParagraph",
    "EmbeddingsError",
    "Encoder",
    "EncoderUnavailable",
    "ExactIndex",
    "Examples",
    "Filter",
    "Floats",
    "Found",
    "GroupOf",
    "Hit",
    "Ids",
    "Judged",
    "Judgement",
    "Member",
    "Miss",
    "ModelDamaged",
    "Nearest",
    "Novelty",
    "Options",
    "Pair",
    "PairDescription",
    "PairFacts",
    "ParagraphNovelty",
    "Query",
    "Recency",
    "Relation",
    "Scorer",
    "Scores",
    "Shares",
    "Side",
    "SignatureIndex",
    "SnapshotUnusable",
    "Text",
    "VectorIndex",
    "Vectors",
    "align",
    "choose_thread",
    "cluster",
    "day_of",
    "density",
    "describe",
    "describe_pair",
    "encoder_for",
    "evidence_of",
    "facts_of",
    "find_related",
    "headline",
    "judge",
    "lead_of",
    "load_snapshot",
    "new_thread_id",
    "novelty",
    "novelty_share",
    "numbers_of",
    "pack",
    "pack_signature",
    "pair_scores",
    "quarantine",
    "reconcile",
    "relation_of",
    "save_snapshot",
    "shingles",
    "signature",
    "unpack",
    "unpack_signature",
    "verdict_on",
    "weigh",
]

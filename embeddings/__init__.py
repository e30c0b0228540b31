"""What can be computed from articles as vectors and term counts: related coverage, threads, duplicates.

numpy and FAISS; never HTTP, settings files or the environment. This is the package's public face.
"""

from .collection import Candidates, Collection, Filter, Member, Query, day_of, lead_of
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
from .index import ExactIndex, Nearest, VectorIndex, load_snapshot, quarantine, save_snapshot
from .related import Explanation, Found, Hit, Pair, find_related
from .similarity import density, same_story
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
    "BadSignature",
    "BadVectors",
    "Boilerplate",
    "CachedEncoder",
    "Candidates",
    "Choice",
    "Clustering",
    "Collection",
    "DuplicateGroups",
    "EmbeddingsError",
    "Encoder",
    "EncoderUnavailable",
    "ExactIndex",
    "Explanation",
    "Filter",
    "Floats",
    "Found",
    "Hit",
    "Ids",
    "Judgement",
    "Member",
    "ModelDamaged",
    "Nearest",
    "Pair",
    "Query",
    "SignatureIndex",
    "SnapshotUnusable",
    "Text",
    "VectorIndex",
    "Vectors",
    "choose_thread",
    "cluster",
    "day_of",
    "density",
    "describe",
    "encoder_for",
    "find_related",
    "headline",
    "judge",
    "lead_of",
    "load_snapshot",
    "new_thread_id",
    "pack",
    "pack_signature",
    "quarantine",
    "reconcile",
    "same_story",
    "save_snapshot",
    "shingles",
    "signature",
    "unpack",
    "unpack_signature",
]

"""What Clew knows about articles: text in, facts out, SQL at rest. No numpy, no index, no HTTP.

This is the package's public face; other packages import from here and from `corpus.store` and `corpus.readers` only.
"""

from .article import Article, Paragraph, Precision, Published
from .dates import parse_published
from .decision import Decision, DecisionKind, Undone
from .errors import (
    ArticleExists,
    ArticleReplaced,
    BadRecord,
    CorpusError,
    IdempotencyMismatch,
    NoSuchArticle,
    NoSuchDecision,
    NoSuchJob,
    NoSuchRun,
    NoSuchThread,
    NoSuchVersion,
    NotStored,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreMissing,
    StoreTooNew,
    StoreTooOld,
    StoreUnavailable,
    ThreadGone,
    UnknownFormat,
    UnreadableInput,
    WrongModel,
)
from .fields import article_from_fields
from .hashing import body_hash, content_hash, paragraph_hash
from .paragraphs import ENCODED_CHARACTERS, ENCODED_MAX, CountTokens, Split, encoded, split_paragraphs
from .run import Assignments, Run, RunState
from .terms import Terms, terms_of, words
from .text import fold, squeeze
from .thread import Assignment, Level, LineageEvent, LineageLine, Thread
from .urls import canonical_url, source_of
from .verdict import CanonicalChoice, Kind, Label, Verdict

__all__ = [
    "ENCODED_CHARACTERS",
    "ENCODED_MAX",
    "Article",
    "ArticleExists",
    "ArticleReplaced",
    "Assignment",
    "Assignments",
    "BadRecord",
    "CanonicalChoice",
    "CorpusError",
    "CountTokens",
    "Decision",
    "DecisionKind",
    "IdempotencyMismatch",
    "Kind",
    "Label",
    "Level",
    "LineageEvent",
    "LineageLine",
    "NoSuchArticle",
    "NoSuchDecision",
    "NoSuchJob",
    "NoSuchRun",
    "NoSuchThread",
    "NoSuchVersion",
    "NotStored",
    "Paragraph",
    "Precision",
    "Published",
    "Run",
    "RunState",
    "Split",
    "StoreDamaged",
    "StoreError",
    "StoreFull",
    "StoreLocked",
    "StoreMissing",
    "StoreTooNew",
    "StoreTooOld",
    "StoreUnavailable",
    "Terms",
    "Thread",
    "ThreadGone",
    "Undone",
    "UnknownFormat",
    "UnreadableInput",
    "Verdict",
    "WrongModel",
    "article_from_fields",
    "body_hash",
    "canonical_url",
    "content_hash",
    "encoded",
    "fold",
    "paragraph_hash",
    "parse_published",
    "source_of",
    "split_paragraphs",
    "squeeze",
    "terms_of",
    "words",
]

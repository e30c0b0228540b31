"""Articles and what is known about them: text in, facts out, SQL at rest. No numpy, no index, no HTTP.

This is the package's public face. Other packages import from here, and from `corpus.records` (plain records of the
store), `corpus.errors`, `corpus.readers.*` and `corpus.store`; only the last loads a database library.
"""

from .advisory import Advisory, AdvisoryKind
from .article import Article, Paragraph, Precision, Published
from .dates.strict import moment, parse_published
from .decision import Decision, DecisionKind
from .errors import (
    ArticleExists,
    ArticleReplaced,
    BadRecord,
    CorpusError,
    NoSuchArticle,
    NoSuchRun,
    NoSuchThread,
    NotStored,
    StoreError,
    StoreMissing,
    ThreadGone,
)
from .fields.conversion import article_from_fields, id_of_address
from .hashing import body_hash, content_hash, paragraph_hash
from .languages import primary
from .paragraphs import ENCODED_MAX, encoded, split_paragraphs
from .repair import comparable, has_lookalikes, repaired
from .run import Assignments, Run, RunState
from .series import Cadence, Form, SeriesMembership
from .terms import Spelling, Terms, is_function_word, spellings, terms_of, words
from .text import fold, squeeze
from .thread import Assignment, Level, LineageEvent, Thread
from .urls import canonical_url, page_of, source_of
from .verdict import CanonicalChoice, Criterion, Kind, Label, Verdict

__all__ = [
    "ENCODED_MAX",
    "Advisory",
    "AdvisoryKind",
    "Article",
    "ArticleExists",
    "ArticleReplaced",
    "Assignment",
    "Assignments",
    "BadRecord",
    "Cadence",
    "CanonicalChoice",
    "CorpusError",
    "Criterion",
    "Decision",
    "DecisionKind",
    "Form",
    "Kind",
    "Label",
    "Level",
    "LineageEvent",
    "NoSuchArticle",
    "NoSuchRun",
    "NoSuchThread",
    "NotStored",
    "Paragraph",
    "Precision",
    "Published",
    "Run",
    "RunState",
    "SeriesMembership",
    "Spelling",
    "StoreError",
    "StoreMissing",
    "Terms",
    "Thread",
    "ThreadGone",
    "Verdict",
    "article_from_fields",
    "body_hash",
    "canonical_url",
    "comparable",
    "content_hash",
    "encoded",
    "fold",
    "has_lookalikes",
    "id_of_address",
    "is_function_word",
    "moment",
    "page_of",
    "paragraph_hash",
    "parse_published",
    "primary",
    "repaired",
    "source_of",
    "spellings",
    "split_paragraphs",
    "squeeze",
    "terms_of",
    "words",
]

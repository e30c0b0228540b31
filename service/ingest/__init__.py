"""The way of articles into the archive, and out of it: compared, assigned to threads, committed; versions; deletion."""

from .answers import outcome
from .notices import last_row, notices_since
from .outcomes import Outcome, Refusal, Status
from .requests import take_in, take_in_many
from .stream import ingest_many, make_ready, write_together
from .writing import delete_article, write_one

__all__ = [
    "Outcome", "Refusal", "Status", "delete_article", "ingest_many", "last_row", "make_ready", "notices_since",
    "outcome", "take_in", "take_in_many", "write_one", "write_together",
]  # fmt: skip

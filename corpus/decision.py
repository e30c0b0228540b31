"""What editors decide about threads: who, when and why, which articles it concerns, and what it constrains."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class DecisionKind(StrEnum):
    """What a decision says."""

    MUST_LINK = "must_link"
    """These articles belong to one story."""
    CANNOT_LINK = "cannot_link"
    """These two articles never belong to one story."""
    PIN = "pin"
    """This article always belongs to the story with this id."""
    MOVE = "move"
    """As `pin`, for some articles of one story, which are also kept apart from the articles left behind."""
    MERGE = "merge"
    """All articles of two stories belong to one, which keeps this id."""
    SPLIT = "split"
    """These articles form a story of their own, kept apart from each article left behind."""
    RENAME = "rename"
    """The thread (of any level) has this headline."""
    LOCK = "lock"
    """The story keeps its id and consists of exactly these articles."""


_LINKING = frozenset(set(DecisionKind) - {DecisionKind.CANNOT_LINK, DecisionKind.RENAME})
_NAMING = frozenset({DecisionKind.PIN, DecisionKind.MOVE, DecisionKind.MERGE, DecisionKind.LOCK})


@dataclass(frozen=True, slots=True)
class Undone:
    """When a decision was undone, by whom, and why."""

    at: datetime
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. Articles are named by their ids; threads by the ids they had when it was made."""

    id: str
    kind: DecisionKind
    at: datetime
    who: str
    why: str
    articles: tuple[str, ...] = ()
    """Ids of the articles it concerns; for `merge` and `lock`, all articles of the stories at that time."""
    others: tuple[str, ...] = ()
    """`cannot_link`: the other article; `move` and `split`: the articles left behind."""
    thread: str | None = None
    """Id of the thread: the target of `pin`, `move` and `merge`; the one split, renamed or locked."""
    source: str | None = None
    """Id of the story that `merge` ended, or that `move` took the articles from."""
    headline: str | None = None
    undone: Undone | None = None

    @property
    def links(self) -> bool:
        """Whether it is a must-link: its articles have to be in one story."""
        return self.kind in _LINKING

    @property
    def names(self) -> bool:
        """Whether that story has to have the id `thread`."""
        return self.kind in _NAMING

    @property
    def closes(self) -> bool:
        """Whether no other article may join that story."""
        return self.kind is DecisionKind.LOCK

    @property
    def parameters(self) -> Mapping[str, Any]:
        """All but who, when and why, as JSON types."""
        facts = {
            "articles": list(self.articles), "others": list(self.others), "thread": self.thread,
            "source": self.source, "headline": self.headline,
        }  # fmt: skip
        return {name: value for name, value in facts.items() if value}

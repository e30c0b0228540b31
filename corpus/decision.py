"""What editors decide about threads: who, when, why, about which articles, and what it binds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class DecisionKind(StrEnum):
    """What a decision says."""

    MUST_LINK = "must_link"
    """These articles are in one story."""
    CANNOT_LINK = "cannot_link"
    """These two articles are never in one story."""
    PIN = "pin"
    """This article is always in the story that goes on under this id."""
    MOVE = "move"
    """As `pin`, for some of one story's; and never in one story with those whom they were with."""
    MERGE = "merge"
    """All articles of two stories are in one, and it goes on under this id."""
    SPLIT = "split"
    """These articles are in one story, apart from each of those whom they were with."""
    RENAME = "rename"
    """The thread (of any level) is called so."""
    LOCK = "lock"
    """The story keeps its id and exactly these articles."""


_LINKING = frozenset(set(DecisionKind) - {DecisionKind.CANNOT_LINK, DecisionKind.RENAME})
_NAMING = frozenset({DecisionKind.PIN, DecisionKind.MOVE, DecisionKind.MERGE, DecisionKind.LOCK})


@dataclass(frozen=True, slots=True)
class Undone:
    """That a decision was taken back."""

    at: datetime
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. Articles stand in it by their ids, threads as they were when it was made."""

    id: str
    kind: DecisionKind
    at: datetime
    who: str
    why: str
    articles: tuple[str, ...] = ()
    """Ids of the articles that it is about; for `merge` and `lock` all of the stories' articles as of then."""
    others: tuple[str, ...] = ()
    """`cannot_link`: the other article; `move` and `split`: whom the articles were with."""
    thread: str | None = None
    """Id of the thread: the target of `pin`, `move` and `merge`; what is split, renamed or locked."""
    source: str | None = None
    """Id of the story that `merge` ended, and of the one that `move` moved out of."""
    headline: str | None = None
    undone: Undone | None = None

    @property
    def links(self) -> bool:
        """Whether its articles have to be in one story."""
        return self.kind in _LINKING

    @property
    def names(self) -> bool:
        """Whether that story has to be `thread`."""
        return self.kind in _NAMING

    @property
    def closes(self) -> bool:
        """Whether no other article may be in that story."""
        return self.kind is DecisionKind.LOCK

    @property
    def parameters(self) -> Mapping[str, Any]:
        """All but who, when and why, as JSON takes it."""
        facts = {
            "articles": list(self.articles), "others": list(self.others), "thread": self.thread,
            "source": self.source, "headline": self.headline,
        }  # fmt: skip
        return {name: value for name, value in facts.items() if value}

"""What the review queue answers, as pydantic models."""

from typing import Any, Literal

from pydantic import Field

from ..duplicates.models import PairVerdict
from ..models import Brief, Model

Asked = Literal["duplicate", "member", "thread"]
"""What a question is about: two articles, an article in its thread, or two threads and parts of one."""


class Choice(Model):
    """One answer to a question, and how to give it."""

    says: str = Field(description="What it says, in words.")
    command: str = Field(description="The command that decides so; NAME and REASON are yours to fill in.")
    method: Literal["POST", "PUT"]
    path: str
    body: dict[str, Any] = Field(description="Of the request that decides so; who and why are yours to fill in.")


class ThreadBrief(Model):
    """A thread that a question is about."""

    id: str
    name: str
    articles: int


class QuestionAnswer(Model):
    """Something to decide."""

    kind: Asked
    reason: str = Field(description="Why it is asked, in words.")
    expected: float = Field(description="How many articles it is expected to put right: probability times impact.")
    probability: float = Field(description="That the present answer is wrong, 0 to 1.")
    impact: int = Field(description="Articles that would be answered otherwise.")
    articles: list[Brief] = Field(
        description="duplicate: the later and the earlier one; member: the article, and one that it is near in each of"
        " the threads; thread: one of either side."
    )
    thread: ThreadBrief | None = Field(description="The present one; null of a duplicate.")
    other: ThreadBrief | None = Field(description="The one that it may belong to, or be one with.")
    pair: PairVerdict | None = Field(description="Of a duplicate: what the rules say, with the evidence.")
    choices: list[Choice] = Field(description="The present answer's first; each takes the question off the queue.")


class ReviewQueue(Model):
    """Questions in the order in which to ask them."""

    questions: list[QuestionAnswer]
    total: int
    next: str | None = Field(description="Cursor of the next page; null on the last one.")

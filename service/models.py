"""What many answers and requests are made of, as pydantic models: one shape for HTTP, for `--json` and for the pages.

The models of a subject are in its package. Times are RFC 3339 in UTC; `published_precision` says how exactly the source
stated `published`.
"""

import functools
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from corpus import Paragraph, Precision

Evidence = dict[str, float | int | bool | str]
"""Measured facts by name."""
Id = Annotated[str, Field(min_length=1, max_length=200)]
"""Of an article, a thread, a run, a decision, a job."""
Name = Annotated[str, Field(max_length=500)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
When = Annotated[
    str | None,
    Field(max_length=100, description="A date or time: 2011-11-16, 2011-11-16T09:30:00Z, November 2011, 2011."),
]


class Model(BaseModel):
    """Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def model_json_schema(cls, *arguments: Any, **options: Any) -> dict[str, Any]:  # noqa: ANN401
        """As pydantic's; the plain one is kept, since flask-openapi asks for it at every request (9 ms)."""
        return super().model_json_schema(*arguments, **options) if arguments or options else _schema(cls)


@functools.cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return BaseModel.model_json_schema.__func__(model)  # type: ignore[attr-defined, no-any-return]


class Brief(Model):
    """An article in a list."""

    id: str
    headline: str = Field(description="The title, or the beginning of the text where there is none.")
    published: datetime | None
    published_precision: Precision | None
    source: str | None
    language: str | None
    url: str | None
    thread: str | None = Field(description="The thread that it is in.")


class Span(Model):
    """A paragraph: its place in its article's text (character offsets), and its words."""

    position: int
    start: int
    end: int
    text: str

    @classmethod
    def of(cls, paragraph: Paragraph, text: str, **more: Any) -> Self:  # noqa: ANN401 - fields of subclasses
        """A paragraph of an article's text."""
        return cls(
            position=paragraph.position, start=paragraph.start, end=paragraph.end, text=paragraph.of(text), **more
        )

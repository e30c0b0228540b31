"""What the service answers and takes, as pydantic models: one shape for HTTP, for `--json` and for the pages.

Times are RFC 3339 in UTC; `published_precision` says how much of `published` its source stated.
"""

import functools
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Precision = Literal["instant", "day", "month", "year"]
Evidence = dict[str, float | int | bool | str]


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
    """A paragraph: where it stands in its article's text (character offsets), and its words."""

    position: int
    start: int
    end: int
    text: str

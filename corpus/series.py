"""Series: reports that come again and again from one template, or as a column under one headline."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Cadence = Literal["daily", "weekly", "monthly", "yearly"]
"""How often a series comes."""


class Form(StrEnum):
    """What the reports of a series have in common."""

    TEMPLATE = "template"
    """One frame, with other fillers: weather, results, horoscopes."""
    COLUMN = "column"
    """The headline and the outlet, at regular distances: a digest, a newsletter."""


@dataclass(frozen=True, slots=True)
class SeriesMembership:
    """The series that an article is in."""

    series: int
    """Its number: the row of the article that it began with, which may be gone."""
    form: Form

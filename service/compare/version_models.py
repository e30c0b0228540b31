"""What is answered about versions of an article, and about what is different between two texts: pydantic models."""

from datetime import datetime

from pydantic import Field

from corpus import Precision
from embeddings.compare import Mark, ParagraphState

from ..models import Model


class VersionBrief(Model):
    """One version of an article."""

    id: str = Field(description="The article's.")
    number: int = Field(description="1, 2, 3..., the oldest first.")
    versions: int = Field(description="How many the article has.")
    headline: str = Field(description="The title, or the beginning of the text where there is none.")
    published: datetime | None
    published_precision: Precision | None
    source: str | None
    language: str | None
    given: str = Field(description="The id under which it came.")
    stored_at: datetime
    replaced_at: datetime | None = Field(description="null for the present version.")


class ChangeCounts(Model):
    """How much is different: paragraphs and words of the text, the headline aside."""

    same_headline: bool
    same: int = Field(description="Paragraphs that stayed as they were, where they were.")
    changed: int
    moved: int
    moved_and_changed: int
    added: int
    cut: int
    words_kept: int
    words_cut: int
    words_added: int
    kept_of_a: float = Field(description="Share of the earlier text's words that stand in the later one, 0 to 1.")
    kept_of_b: float = Field(description="Share of the later text's words that stand in the earlier one, 0 to 1.")


class VersionLine(VersionBrief):
    """One version in its chain."""

    difference: ChangeCounts | None = Field(
        description="To the version before; null for the first, and where the texts of a page are too long to compare."
    )


class VersionChain(Model):
    """The versions of an article, the newest first."""

    versions: list[VersionLine]
    total: int
    next: str | None = Field(description="Cursor of the next page; null on the last one.")


class VersionAnswer(VersionBrief):
    """One version whole."""

    title: str
    text: str
    author: str | None
    section: str | None
    url: str | None


class TextRun(Model):
    """Words that stayed, went or came together. The runs of a passage, put together, are that passage."""

    mark: Mark
    text: str
    a_start: int
    a_end: int
    b_start: int
    b_end: int


class ChangedNumber(Model):
    """A number that was put in the place of another one."""

    before: str
    after: str
    paragraph: int | None = Field(description="Position in the later text; null in the headline.")
    a_start: int
    b_start: int


class ChangedParagraph(Model):
    """What became of a paragraph. Offsets are those of the two texts."""

    change: ParagraphState
    a: int | None = Field(description="Position in the earlier text; null for an added one.")
    b: int | None = Field(description="Position in the later text; null for one that was cut.")
    runs: list[TextRun]
    coarse: bool = Field(
        description="Too long to be compared word by word: words that were kept may be marked as cut and added."
    )


class DiffAnswer(Model):
    """What is different between two texts. docs/how-versions-differ.md tells how it is found."""

    a: VersionBrief
    b: VersionBrief
    identical: bool = Field(description="Whether nothing is different, white space aside.")
    coarse: bool = Field(description="Whether some paragraph was too long to be compared word by word.")
    counts: ChangeCounts
    numbers: list[ChangedNumber] = Field(description="Numbers that were changed in place.")
    headline: list[TextRun] = Field(description="Offsets are those of the titles.")
    paragraphs: list[ChangedParagraph] = Field(description="In the order of the later text; cut ones where they stood.")

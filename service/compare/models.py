"""What is answered about two articles side by side, and about what an article adds: pydantic models."""

from pydantic import Field

from embeddings.compare import Relation
from embeddings.figures import FigureKind

from ..models import Brief, Evidence, Model, Span


class ChangedFigure(Model):
    """A figure that has another one in its place: of the same thing, with another value."""

    before: str = Field(description="As it is written in the one text (a, the query, the earlier one).")
    after: str = Field(description="As it is written in the other one.")
    kind: FigureKind
    of: str = Field(description="What it is of, as far as it is known: a noun, what became of those counted, or both.")
    a_start: int = Field(description="Characters from the beginning of the one article's text.")
    b_start: int = Field(description="The same of the other one's.")


class WeighedSpan(Span):
    """A paragraph, and how much it counts."""

    weight: float = Field(description="0 to 1: 0 for the boilerplate of its source, little for short stock lines.")


class AlignedSide(Model):
    """One of two articles. Shares are of its counting characters, 0 to 1."""

    article: Brief
    covered: float = Field(description="Share in paragraphs with a counterpart in the other article.")
    close: float = Field(description="Share in paragraphs with one that says the same, figures and all.")
    copied: float = Field(description="Share in paragraphs with one that is a copy, figures and all.")
    contradicted: float = Field(
        description="Share in paragraphs with one that says the same but for another figure: not in close or copied."
    )
    alone: list[int] = Field(description="Positions of paragraphs that count and have no counterpart.")
    paragraphs: list[WeighedSpan]


class AlignedPair(Model):
    """A paragraph of a and its counterpart in b."""

    a: int = Field(description="Position among a's paragraphs.")
    b: int = Field(description="Position among b's paragraphs.")
    score: float = Field(description="Cosine; 1 where the text is identical.")
    figures: list[ChangedFigure] = Field(
        description="Figures that differ. Where there are any, the two do not say the same."
    )


class AlignmentAnswer(Model):
    """Two articles side by side. docs/how-articles-are-aligned.md tells what each number means."""

    a: AlignedSide
    b: AlignedSide
    pairs: list[AlignedPair] = Field(description="In the order of a's text.")
    relation: Relation | None = Field(description="What b is to a; null where too little speaks for anything.")
    evidence: Evidence = Field(description="The facts behind the relation; a is the query.")
    score: float = Field(description="Relatedness of the two, 0 to 1.")
    same_story: float = Field(description="Probability that an editor would put both in one story, 0 to 1.")


class NearestParagraph(Span):
    """The earlier paragraph that comes nearest."""

    article: str = Field(description="Id of its article.")
    score: float = Field(description="Cosine; 1 where the text is identical.")


class NovelSpan(WeighedSpan):
    """A paragraph, and what it adds."""

    novelty: float = Field(description="0 (known) to 1 (new).")
    new_facts: list[str] = Field(description="Names, numbers and figures that no earlier article has.")
    new_figures: list[str] = Field(description="The figures among them.")
    changed_figures: list[ChangedFigure] = Field(
        description="Figures that have another value than in `nearest`, which is the one of before and after."
    )
    nearest: NearestParagraph | None


class NoveltyAnswer(Model):
    """What an article adds to earlier ones."""

    article: Brief
    novelty: float = Field(description="0 (all known) to 1 (all new; also where there is no earlier article).")
    against: list[str] = Field(
        description="Ids of the articles before it, in order of date; of arrival where no date says which is earlier."
    )
    paragraphs: list[NovelSpan]

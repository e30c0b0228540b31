"""What Clew says about a story thread."""

from dataclasses import dataclass

from .article import Published


@dataclass(frozen=True, slots=True)
class Thread:
    """One developing story: a set of articles that is described by its representative."""

    id: str
    headline: str
    terms: tuple[str, ...]
    """Key terms, the most telling first."""
    representative: str
    """Id of the article that is nearest to all others (the medoid)."""
    first_seen: Published | None
    """Of its earliest dated article; None where none is dated."""
    last_seen: Published | None
    articles: int
    sources: tuple[str, ...]
    """Publishers, the most frequent first."""

"""Facts in plain words: dates as exact as they are known, gaps, shares, verdicts. English only, no locale."""

from collections.abc import Sequence

from corpus import Precision, Published

from ..models import Brief, Duplicate

_MONTHS = ("January February March April May June July August September October November December").split()
_UNDATED = "undated"


def published_of(brief: Brief) -> Published | None:
    """When an article of a list was published."""
    if brief.published is None:
        return None
    return Published(brief.published, Precision(brief.published_precision or Precision.INSTANT))


def date_words(published: Published | None, *, clock: bool = True) -> str:
    """`16 January 2024, 07:40 UTC`, `16 January 2024`, `January 2024`, `2024` or `undated`."""
    if published is None:
        return _UNDATED
    at, precision = published.at, published.precision
    if precision is Precision.YEAR:
        return str(at.year)
    month = f"{_MONTHS[at.month - 1]} {at.year}"
    if precision is Precision.MONTH:
        return month
    return f"{at.day} {month}" + (f", {at:%H:%M} UTC" if clock and precision is Precision.INSTANT else "")


def date_attribute(published: Published) -> str:
    """For `<time datetime>`, which takes seconds but no microseconds."""
    return str(Published(published.at.replace(microsecond=0), published.precision))


def precision_words(published: Published | None) -> str:
    """What the source left open, if anything."""
    if published is None:
        return "the source states no date"
    if published.precision in (Precision.MONTH, Precision.YEAR):
        return f"the source states only the {published.precision.value}"
    return ""


def gap_words(before: Published | None, after: Published | None) -> str:
    """The time between two groups of a timeline; "" where it is too vague to state."""
    if before is None or after is None:
        return ""
    days = (after.date - before.date).days
    exact = {before.precision, after.precision} <= {Precision.INSTANT, Precision.DAY}
    if days >= 730:
        return f"about {round(days / 365.25)} years later"
    if days >= 90:
        return f"about {round(days / 30.44)} months later"
    if not exact or days < 1:
        return ""
    return "the next day" if days == 1 else f"{days} days later"


def count_words(number: int, noun: str) -> str:
    """`1 article`, `1,234 articles`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def percent(share: float) -> str:
    """`92 %`; 100 % and 0 % are said only of what is whole and nothing."""
    whole = round(100 * share)
    if whole >= 100 > 100 * share:
        whole = 99
    if whole <= 0 < share:
        whole = 1
    return f"{whole} %"


def kind_words(duplicate: Duplicate) -> str:
    """What a verdict's kind is called on a badge."""
    return {"exact": "Exact copy", "near": "Near copy", "excerpt": "Excerpt", "contains": "Contains"}[duplicate.kind]


def evidence_words(duplicate: Duplicate, *, of_text: bool = False) -> str:
    """What was measured, as sentences about the later article (or about a text that is not stored)."""
    covered, taken = (
        percent(float(duplicate.evidence.get(name, duplicate.score))) for name in ("article_covered", "earlier_covered")
    )
    later, earlier = ("your text", "that article") if of_text else ("the later one", "the earlier text")
    verb = "Takes in" if duplicate.kind == "contains" else "Copies"
    if duplicate.kind != "exact":
        return f"{verb} {taken} of {earlier}; {covered} of {later} is from there."
    if of_text:
        return f"{verb} 100 % of {earlier}."
    title = "the same" if duplicate.evidence.get("same_title") else "another"
    return f"{verb} 100 % of {earlier}, under {title} headline."


def some_of(names: Sequence[str], most: int) -> tuple[list[str], int]:
    """The first names, and how many more there are."""
    return list(names[:most]), max(0, len(names) - most)

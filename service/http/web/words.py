"""Facts in plain words: dates as exact as they are known, gaps, shares, verdicts, relations. English only."""

from collections.abc import Sequence

from corpus import AdvisoryKind, Precision, Published

from ...compare.models import ChangedFigure
from ...duplicates.models import Duplicate, SeriesAnswer
from ...models import Brief, Evidence

_MONTHS = ("January February March April May June July August September October November December").split()
_UNDATED = "undated"
_FIGURES_SHOWN = 12
_RELATIONS = {
    "copy": "The same text, all of it or most.",
    "update": "Another version of it by the same outlet.",
    "rewrite": "The same, paragraph by paragraph, in another outlet's words.",
    "excerpt": "It stands within the other article.",
    "contains": "It takes in the whole of the other article.",
    "parallel": "A report of its own on the same event.",
    "follow-up": "Later in the same story.",
    "background": "Earlier in the same story.",
    "advisory": "A kill or a correction of it, or what this one corrects.",
    "series": "Another report of the same series.",
    "same topic": "On the same topic, not of the same story.",
}
"""What a relation says of the article that has it."""
_DECISIONS = {
    "must_link": "Linked",
    "cannot_link": "Kept apart",
    "pin": "Pinned",
    "move": "Moved",
    "merge": "Merged",
    "split": "Split off",
    "rename": "Renamed",
    "lock": "Locked",
}
_LIKENESS = {
    "identical": "the same text",
    "copied": "nearly the same text",
    "rephrased": "says the same",
    "related": "on the same point",
}
_KINDS = {
    "exact": "Exact copy",
    "near_copy": "Near copy",
    "update": "Update",
    "excerpt": "Excerpt",
    "contains": "Contains",
    "rewrite": "Rewrite",
}
_VERDICTS = {
    "exact": "an exact copy",
    "near_copy": "a near copy",
    "update": "an update",
    "excerpt": "an excerpt",
    "contains": "containing the other",
    "rewrite": "a rewrite",
}


def advisory_words(kind: AdvisoryKind) -> str:
    """What an advisory is called on a badge."""
    return {"kill": "Kill", "correction": "Correction"}[kind]


def series_words(series: SeriesAnswer) -> str:
    """In words: `A column that comes weekly: 4 reports.`."""
    what = "A column" if series.form == "column" else "A series of reports from one template"
    comes = f" that comes {series.cadence}" if series.cadence else ""
    return f"{what}{comes}: {count_words(series.reports, 'report')}."


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


def count_words(number: int, noun: str, several: str = "") -> str:
    """`1 article`, `1,234 articles`; `several` where the plural is another."""
    return f"{number:,} {noun if number == 1 else several or f'{noun}s'}"


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
    return _KINDS[duplicate.kind]


def verdict_words(kind: str) -> str:
    """What a verdict says that an article is, before "of": `a near copy`, `an update`."""
    return _VERDICTS[kind]


def evidence_words(duplicate: Duplicate, *, of_text: bool = False) -> str:
    """What was measured, as sentences about the later article (or about a text that is not stored)."""
    covered, taken = (
        percent(float(duplicate.evidence.get(name, duplicate.score))) for name in ("article_covered", "earlier_covered")
    )
    later, earlier = ("your text", "that article") if of_text else ("the later one", "the earlier text")
    verb = "Takes in" if duplicate.kind == "contains" else "Copies"
    if duplicate.kind != "exact":
        changed = str(duplicate.evidence.get("changed_numbers", "")).replace("->", "→")
        numbers = f" Other numbers: {changed}." if changed and duplicate.kind == "update" else ""
        return f"{verb} {taken} of {earlier}; {covered} of {later} is from there.{numbers}"
    if of_text:
        return f"{verb} 100 % of {earlier}."
    title = "the same" if duplicate.evidence.get("same_title") else "another"
    return f"{verb} 100 % of {earlier}, under {title} headline."


def figure_words(figures: Sequence[ChangedFigure]) -> str:
    """`1.3 million → 2.1 million (people), 12 → 14 (killed)`; "" where none differs."""
    return ", ".join(f"{f.before} → {f.after}" + (f" ({f.of})" if f.of else "") for f in figures[:_FIGURES_SHOWN])


def some_of(names: Sequence[str], most: int) -> tuple[list[str], int]:
    """The first names, and how many more there are."""
    return list(names[:most]), max(0, len(names) - most)


def relation_words(relation: str | None) -> str:
    """What a relation is called on a badge."""
    return (relation or "little in common").capitalize()


def relation_sentence(relation: str | None) -> str:
    """What a relation says."""
    return _RELATIONS.get(relation or "", "Too little speaks for any relation.")


def relation_evidence(evidence: Evidence, first: Brief, second: Brief) -> list[str]:
    """The facts behind a relation, as sentences about the second article."""
    paired, copied = int(evidence["paragraphs_paired"]), int(evidence["paragraphs_copied"])
    pairs = f"{count_words(paired, 'paragraph')} {'has' if paired == 1 else 'have'} a counterpart"
    found = [
        "No paragraph has a counterpart." if not paired else f"{pairs}, {copied} copied." if copied else f"{pairs}."
    ]
    if differing := int(evidence.get("paragraphs_with_other_figures", 0)):
        found.append(f"{count_words(differing, 'paragraph')} {'has' if differing == 1 else 'have'} other figures.")
    found += distance_words(published_of(first), published_of(second))
    if "same_source" in evidence:
        found.append("By the same outlet." if evidence["same_source"] else "By another outlet.")
    if "verdict" in evidence:
        found.append(f"Stored as {_VERDICTS[str(evidence['verdict'])]}.")
    return found


def decision_words(kind: str) -> str:
    """What a decision did, on a badge."""
    return _DECISIONS[kind]


def level_words(level: str) -> str:
    """What a thread of a level is called."""
    return "thread" if level == "story" else level


def likeness_words(label: str) -> str:
    """How near a paragraph's counterpart is."""
    return _LIKENESS[label]


def signed(number: float) -> str:
    """`+0.57`, `0.00`, and below zero with a real minus."""
    shown = f"{number:+.2f}".replace("-", "\u2212")
    return "0.00" if shown[1:] == "0.00" else shown


def distance_words(first: Published | None, second: Published | None) -> list[str]:
    """How long after the first the second came, in no more than a sentence: hours only where both are known to them."""
    if first is None or second is None or {first.precision, second.precision} & {Precision.MONTH, Precision.YEAR}:
        return []
    days = (second.date - first.date).days
    hours = round((second.at - first.at).total_seconds() / 3600)
    if first.precision == second.precision == Precision.INSTANT and abs(hours) < 48:
        count = count_words(abs(hours), "hour") if hours else ""
        return [f"Published {count} {_way(hours)}." if count else "Published within the hour."]
    return [f"Published {count_words(abs(days), 'day')} {_way(days)}." if days else "Published the same day."]


def order_words(other: Brief, article: Brief) -> str:
    """Where another article stands: `Before`, `After`, or `Beside` where the dates do not say which is earlier."""
    theirs, own = published_of(other), published_of(article)
    if theirs is None or own is None:
        return "Beside"
    if theirs.is_before(own):
        return "Before"
    return "After" if own.is_before(theirs) else "Beside"


def _way(distance: int) -> str:
    return "later" if distance > 0 else "earlier"

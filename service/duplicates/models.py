"""What is answered about duplicates: verdicts, labels, checks, the review queue, thresholds, groups of copies."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from corpus import AdvisoryKind, Cadence, Form, Kind

from ..compare.models import AlignedPair
from ..models import Brief, Evidence, Model, Span


class SeriesAnswer(Model):
    """The series that an article is a report of: of one outlet, or of none that is known."""

    form: Form = Field(
        description="template: one frame with other fillers. column: one headline and outlet at regular distances."
    )
    cadence: Cadence | None = Field(
        description="How often it comes; null where that is not regular, or not known from three reports on."
    )
    reports: int = Field(description="How many there are with this one.")
    before: Brief | None = Field(description="The report before it.")
    after: Brief | None = Field(description="The report after it.")


class AdvisoryAnswer(Model):
    """What an agency says of a report that it has sent."""

    kind: AdvisoryKind = Field(description="kill: nobody should print it. correction: something in it was wrong.")
    article: Brief = Field(description="The advisory.")
    about: Brief = Field(description="The report, or a copy of it.")


class LabelAnswer(Model):
    """How a person labelled a pair of articles; it overrides the rules."""

    kind: Kind = Field(description="What the later article is to the earlier; new: nothing.")
    who: str
    why: str
    at: datetime


class PairVerdict(Model):
    """Two articles and what the later is to the earlier, close calls (new) too."""

    article: Brief = Field(description="The later one.")
    earlier: Brief
    kind: Kind
    score: float = Field(
        description="How likely it is a repetition of whatever kind, 0 to 1, by the rules; 1 where a person says so."
    )
    evidence: Evidence = Field(description="The facts behind it, as docs/how-duplicates-are-decided.md names them.")
    label: LabelAnswer | None = Field(default=None, description="How a person labelled the pair, where one did.")


class Duplicate(PairVerdict):
    """One article repeats another that was stored before: a verdict of any kind but new."""


class DuplicatesPage(Model):
    """Verdicts, in the order in which the later articles came."""

    duplicates: list[Duplicate]
    next: str | None


class SharesAnswer(Model):
    """How much of an article is in another one too: shares of its counting characters, 0 to 1."""

    covered: float = Field(description="In paragraphs with a counterpart.")
    close: float = Field(description="In paragraphs with one that says the same, figures and all.")
    copied: float = Field(description="In paragraphs with one that is a copy, figures and all.")


class CheckedAlignment(Model):
    """The article that was checked, a, beside the earlier one, b, paragraph by paragraph."""

    pairs: list[AlignedPair] = Field(description="In the order of the article's text.")
    article: SharesAnswer
    earlier: SharesAnswer


class Headlines(Model):
    """Both headlines as they stand."""

    changed: bool = Field(description="Whether they differ, white space, case and kinds of quotes aside.")
    article: str
    earlier: str


class CheckedDuplicate(Duplicate):
    """An earlier article that the checked one repeats, with all that shows it."""

    line: int | None = Field(
        default=None, description="In a bulk check: the line of the earlier one; null where it is stored."
    )
    headline: Headlines
    alignment: CheckedAlignment | None = Field(
        default=None, description="null beyond the strongest 25 (in a bulk check 5): ask for it by itself."
    )
    added: list[Span] | None = Field(
        default=None, description="Paragraphs of the article without a counterpart, null where there is no alignment."
    )
    cut: list[Span] | None = Field(default=None, description="Those of the earlier one.")


class CheckAnswer(Model):
    """What an article repeats; nothing was stored."""

    verdict: Kind = Field(description="The strongest kind; new where it repeats nothing.")
    duplicates: list[CheckedDuplicate] = Field(description="The strongest first.")
    series: SeriesAnswer | None = Field(default=None, description="The series that it would be the next report of.")


class CheckLine(Model):
    """What was found of one line of a bulk check."""

    line: int
    http_status: int
    id: str | None = None
    verdict: Kind | None = None
    duplicates: list[CheckedDuplicate] = Field(default_factory=list)
    series: SeriesAnswer | None = Field(
        default=None, description="The series, among the stored articles, that it would be the next report of."
    )
    same_id: list[int] = Field(
        default_factory=list, description="Other lines with its id: versions of it, which it is not compared with."
    )
    reason: str | None = Field(default=None, description="Why the line could not be checked.")


class BulkCheckAnswer(Model):
    """What was found of each line, in order, and how many lines had each verdict."""

    lines: list[CheckLine]
    counts: dict[str, int]


class LabelPage(Model):
    """Pairs with a label, the latest label first."""

    labels: list[PairVerdict]
    total: int
    next: str | None


class ReviewAnswer(Model):
    """Pairs without a label, the closest calls (a score near .5) first."""

    pairs: list[PairVerdict]


class ThresholdsAnswer(Model):
    """The thresholds that users may set; docs/how-duplicates-are-decided.md explains them."""

    same: float
    covered: float
    quoted: float


class AgreementAnswer(Model):
    """How well the rules agree with the labels of people; null where there is nothing to divide by."""

    precision: float | None = Field(description="Share of what they find that people call a repetition.")
    recall: float | None = Field(description="Share of what people call a repetition that they find.")
    f1: float | None
    right: int
    wrong: int
    missed: int


class ValueAnswer(AgreementAnswer):
    """A value of a threshold, and how well the rules agree with the labels under it."""

    value: float


class SuggestionAnswer(Model):
    """A threshold, the others as they are."""

    name: str
    setting: str
    present: ValueAnswer
    best: ValueAnswer


class TogetherAnswer(AgreementAnswer):
    """All three thresholds changed, one after the other, until nothing gets better."""

    thresholds: ThresholdsAnswer


class SuggestAnswer(Model):
    """Thresholds that agree best with the labels of people."""

    labelled: int = Field(description="Pairs with a label.")
    repetitions: int = Field(description="Those that the label calls a repetition.")
    thresholds: list[SuggestionAnswer]
    together: TogetherAnswer
    warnings: list[str]


class KindCount(Model):
    """How many pairs are of one kind now and of another then."""

    before: Kind
    after: Kind
    pairs: int


class Example(Model):
    """A pair that would be of another kind."""

    article: Brief
    earlier: Brief
    before: Kind
    after: Kind
    score: float = Field(description="Then.")
    evidence: Evidence


class GroupCounts(Model):
    """Groups of copies, and the articles in them."""

    groups: int
    articles: int


class BacktestAnswer(Model):
    """What would change under some thresholds. Nothing was written."""

    thresholds: ThresholdsAnswer
    present: ThresholdsAnswer
    pairs: int = Field(description="Stored pairs: verdicts and close calls.")
    changed: int
    counts: list[KindCount] = Field(description="Those that stay the same among them.")
    before: GroupCounts
    after: GroupCounts
    examples: list[Example]
    notes: list[str]


class ChosenAnswer(Model):
    """Who chose the canonical copy, and why."""

    who: str
    why: str
    at: datetime


class GroupAnswer(Model):
    """Copies of one text."""

    canonical: Brief = Field(description="The copy that stands for the others.")
    size: int
    by: Literal["policy", "editor"]
    policy: list[str] = Field(description="The criteria of the policy, in their order.")
    may_be_as_early: list[str] = Field(
        description="Where the policy asks for the earliest: ids of members of which the dates do not say that they are"
        " later than the canonical one (undated, or the day only is stated); 100 at most."
    )
    chosen: ChosenAnswer | None = Field(description="Where an editor chose it.")
    members: list[Brief] = Field(description="As the policy ranks them, the canonical one first; 100 at most.")


class GroupPage(Model):
    """Groups of two and more copies, in the order in which their first articles came."""

    groups: list[GroupAnswer]
    total: int
    next: str | None

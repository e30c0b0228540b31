"""What is answered about duplicates beyond verdicts: checks, judgements, the queue, thresholds, groups."""

from datetime import datetime
from typing import Literal, cast

from pydantic import Field

from corpus import Kind

from ..compare.models import PairAnswer
from ..models import Brief, Evidence, Model, Span

DuplicateKind = Literal["exact", "near_copy", "update", "excerpt", "contains", "rewrite"]


def kind_name(kind: Kind) -> DuplicateKind:
    """How answers call a kind of verdict."""
    return cast(DuplicateKind, kind.value)


class LabelAnswer(Model):
    """What a person says of two articles; it stands above the rules."""

    kind: Literal[DuplicateKind, "new"] = Field(description="What the later article is to the earlier; new: nothing.")
    who: str
    why: str
    at: datetime


class Duplicate(Model):
    """One article repeats another that was there before."""

    article: Brief
    earlier: Brief
    kind: DuplicateKind
    score: float = Field(
        description="How likely it is a repetition of whatever kind, 0 to 1, by the rules; 1 where a person says so."
    )
    evidence: Evidence = Field(description="The facts behind it, as docs/how-duplicates-are-decided.md names them.")
    judged: LabelAnswer | None = Field(
        default=None, description="What a person says of the two, where one said anything."
    )


class DuplicatesPage(Model):
    """Verdicts, in the order in which the later articles came."""

    duplicates: list[Duplicate]
    next: str | None


VerdictName = Literal[DuplicateKind, "new"]
ThresholdName = Literal["same", "covered", "quoted"]


class SharesAnswer(Model):
    """How much of an article stands in another one too: shares of its counting characters, 0 to 1."""

    covered: float = Field(description="In paragraphs with a counterpart.")
    close: float = Field(description="In paragraphs with one that says the same.")
    copied: float = Field(description="In paragraphs with one that is a copy.")


class CheckedAlignment(Model):
    """The article that was checked, a, beside the earlier one, b, paragraph by paragraph."""

    pairs: list[PairAnswer] = Field(description="In the order of the article's text.")
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

    verdict: VerdictName = Field(description="The strongest kind; new where it repeats nothing.")
    duplicates: list[CheckedDuplicate] = Field(description="The strongest first.")


class CheckLine(Model):
    """What was found of one line of a bulk check."""

    line: int
    http_status: int
    id: str | None = None
    verdict: VerdictName | None = None
    duplicates: list[CheckedDuplicate] = Field(default_factory=list)
    same_id: list[int] = Field(
        default_factory=list, description="Other lines with its id: versions of it, which it is not compared with."
    )
    reason: str | None = Field(default=None, description="Why the line could not be judged.")


class BulkCheckAnswer(Model):
    """What was found of each line, in order, and how many lines had each verdict."""

    lines: list[CheckLine]
    counts: dict[str, int]


class PairVerdict(Model):
    """Two stored articles and what the later is to the earlier, close calls too."""

    article: Brief
    earlier: Brief
    kind: VerdictName
    score: float = Field(description="How likely it is a repetition of whatever kind, 0 to 1.")
    evidence: Evidence
    judged: LabelAnswer | None = None


class LabelPage(Model):
    """What people judged, the latest first."""

    judgements: list[PairVerdict]
    total: int
    next: str | None


class ReviewAnswer(Model):
    """Pairs that nobody has judged, the closest calls (a score near .5) first."""

    pairs: list[PairVerdict]


class ThresholdsAnswer(Model):
    """The thresholds that users move; docs/how-duplicates-are-decided.md tells what they mean."""

    same: float
    covered: float
    quoted: float


class AgreementAnswer(Model):
    """How well the rules agree with people; null where there is nothing to divide by."""

    precision: float | None = Field(description="Share of what they find that people call a repetition.")
    recall: float | None = Field(description="Share of what people call a repetition that they find.")
    f1: float | None
    right: int
    wrong: int
    missed: int


class ValueAnswer(AgreementAnswer):
    """A value of a threshold, and how well the rules agree with people under it."""

    value: float


class SuggestionAnswer(Model):
    """A threshold, the others as they are."""

    name: ThresholdName
    setting: str
    present: ValueAnswer
    best: ValueAnswer


class TogetherAnswer(AgreementAnswer):
    """All three thresholds moved, one after the other, until nothing gets better."""

    thresholds: ThresholdsAnswer


class SuggestAnswer(Model):
    """Thresholds that agree best with what people judged."""

    judged: int
    repetitions: int = Field(description="Judgements that say it is a repetition.")
    thresholds: list[SuggestionAnswer]
    together: TogetherAnswer
    warnings: list[str]


class KindCount(Model):
    """How many pairs are of one kind now and of another then."""

    before: VerdictName
    after: VerdictName
    pairs: int


class Example(Model):
    """A pair that would be of another kind."""

    article: Brief
    earlier: Brief
    before: VerdictName
    after: VerdictName
    score: float = Field(description="Then.")
    evidence: Evidence


class GroupsBefore(Model):
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
    before: GroupsBefore
    after: GroupsBefore
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
    chosen: ChosenAnswer | None = Field(description="Where an editor chose it.")
    members: list[Brief] = Field(description="As the policy ranks them, the canonical one first; 100 at most.")


class GroupPage(Model):
    """Groups of two and more copies, in the order in which their first articles came."""

    groups: list[GroupAnswer]
    total: int
    next: str | None

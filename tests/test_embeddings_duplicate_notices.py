"""One short body under different headlines: a brief that outlets run under their own, or a notice of the page."""

import math

import pytest

from corpus import Kind
from embeddings.duplicates import Text, classify, compare, is_same_text

BRIEF = (
    "A barge loaded with gravel hit the harbour bridge in Orsby at dawn on Monday. One of its piers sank by 40"
    " centimetres, and the road to Hennick will stay shut until May, the port authority said. Nobody was hurt."
    " Police are questioning the skipper, who is 61."
)
NOTICES = [
    "You have read all of your free articles for this month. Support local news: subscribe today for one dollar a week,"
    " and get access to all that we publish on all your devices. Cancel any time. Already a member? Sign in to go on"
    " reading.",
    "Pour continuer votre lecture, abonnez-vous ou acceptez les cookies. En acceptant, vous permettez à nos partenaires"
    " de mesurer l'audience et de vous proposer des publicités adaptées. Vous pouvez retirer votre consentement à tout"
    " moment depuis le pied de page du site.",
    "Access to this page has been denied because we believe that you use a machine to read the site. This may happen"
    " where scripts are blocked, or where your browser does not take cookies. Please make sure that both are allowed on"
    " your browser, and then try again.",
]
UNRELATED = [
    "Coach leaves Falkenau after nine defeats", "Five shot in Lomburg", "Storks return to the Lenz marshes",
    "Man charged in Lomburg shooting", "Minimum wage rises to 14 euros", "Live: storm reaches coast",
]  # fmt: skip


def kind(title, other, body, *, sources=("a.example", "b.example"), days=(0.0, 0.5), other_body=None):
    one = Text(title, body, sources[0], days[0])
    return classify(compare(Text(other, other_body or body, sources[1], days[1]), one)).kind


@pytest.mark.parametrize("titles", [
    ("Barge hits harbour bridge in Orsby", "Road to Hennick closed until May"),
    ("Barge strikes pier", "Orsby port shut after accident"),  # one of them says enough
    ("Crossing closed to traffic for weeks", "Boat crash strands commuters"),  # puns: only its names tell
])  # fmt: skip
def test_a_brief_under_two_headlines_is_a_copy(titles):
    assert kind(*titles, BRIEF) is Kind.EXACT
    credited = f"{BRIEF} Reported by our own staff."
    assert kind(*titles, BRIEF, other_body=credited) in (Kind.NEAR_COPY, Kind.UPDATE)


@pytest.mark.parametrize("body", NOTICES)
@pytest.mark.parametrize("at", range(5))
def test_a_notice_under_two_headlines_is_none(body, at):
    for sources in (("a.example", "a.example"), ("a.example", "b.example"), (None, None)):
        assert kind(UNRELATED[at], UNRELATED[at + 1], body, sources=sources) is Kind.NEW
    dated = body.replace(".", " (4 May).", 1), body.replace(".", " (9 May).", 1)
    assert kind(UNRELATED[at], UNRELATED[at + 1], dated[0], other_body=dated[1]) is Kind.NEW


def test_a_body_that_no_headline_speaks_of_is_no_copy_within_one_outlet():
    titles = "Crossing closed to traffic for weeks", "Boat crash strands commuters"
    assert kind(*titles, BRIEF, sources=("a.example", "a.example")) is Kind.NEW
    assert kind(*titles, BRIEF, sources=(None, None)) is Kind.NEW
    assert kind(titles[0], titles[0], BRIEF, sources=("a.example", "a.example")) is Kind.EXACT


def test_what_no_headline_speaks_of_counts_as_several_texts_whatever_the_verdict():
    """So that a third headline shows that it is a notice."""
    facts = compare(
        Text("Crossing closed to traffic", BRIEF, "a.example"), Text("Boat crash strands commuters", BRIEF, "b.example")
    )
    assert classify(facts).kind is Kind.EXACT
    assert not is_same_text(facts)
    told = compare(Text("Barge hits bridge", BRIEF, "a.example"), Text("Orsby road shut", BRIEF, "b.example"))
    assert is_same_text(told)


def test_a_long_body_is_a_copy_whatever_the_headlines():
    body = " ".join(f"{BRIEF} Part {n} of it." for n in range(6))
    assert kind(UNRELATED[0], UNRELATED[2], body, days=(math.nan, math.nan)) is Kind.EXACT

"""Lines of a page by their forms: what differs by a date or a name is one line; what tells news is none."""

import pytest

from corpus import paragraph_hash, split_paragraphs, terms_of
from embeddings.duplicates import Boilerplate, line_keys
from embeddings.duplicates.lines import KEY, form_of, lines_of, unpack_lines
from embeddings.lexical.index import TermIndex

ONE_FORM = [
    ("This story was updated on Tuesday at 4:15 pm", "This story was updated on Friday at 11:05 am."),
    ("Sign up for the Leeds newsletter", "Sign up for the York newsletter"),
    ("Follow Jane Doe on Twitter @jdoe", "Follow A. N. Other on Mastodon"),
    ("Photo: A. Name/Agency", "Photo: Maren Vost/Other Agency"),
    ("Published 3 May 2011", "Published November 16, 2011"),
    ("Publié le 3 mai 2011 à 14:30", "Publié le 21 avril 2009 à 9:05"),
    ("Veröffentlicht am 3. Mai 2011, 14:30 Uhr", "Veröffentlicht am 16. Dezember 2012, 8:00 Uhr"),
    ("2011年11月16日 更新", "2009年3月1日 更新"),
    ("12 comments", "3 comments"),
    ("3 min read", "11 min read"),
    ("Read more: Council backs plan for bridge", "Read more: Storks return to the marshes"),
    ("Write to Ann Lee at ann.lee@paper.example", "Write to Bo Wu at bo.wu@paper.example"),
]
OTHER_FORMS = [
    ("At least 12 people were killed.", "At least 14 people were killed."),
    ("12 people were killed on Tuesday.", "14 people were killed on Monday."),
    ("The price rose by 3 cents on Tuesday.", "The price rose by 5 cents on Tuesday."),
    ("He may be charged.", "He can be charged."),
    ("He said: “We will drain it.”", "He said: “Nobody was hurt.”"),
    ("The dam is sound.", "The wall is sound."),
]


@pytest.mark.parametrize(("one", "other"), ONE_FORM)
def test_one_form(one, other):
    assert form_of(one)[0] == form_of(other)[0] != ""


@pytest.mark.parametrize(("one", "other"), OTHER_FORMS)
def test_other_forms(one, other):
    assert form_of(one)[0] != form_of(other)[0]


def test_what_is_mostly_masked_has_no_form():
    for line in ("", "***", "Jane Doe", "“Leeds United” 3 May", "12", "16 November 2011"):
        assert form_of(line)[0] in ("", "jane N"), line


def pieces(text):
    return [(text[line.start : line.end], line.whole) for line in lines_of(text)]


def test_lines_are_short_paragraphs_and_what_stands_at_the_ends():
    story = " ".join(["The council of the town voted for the bridge after a debate of nine hours."] * 4)
    assert pieces(f"Enlarge this image. {story} Read more") == [("Enlarge this image.", False), ("Read more", False)]
    assert pieces("Share\nTweet\nPrint")[1:] == [("Share", False), ("Tweet", False), ("Print", False)]
    assert pieces("The U.S. council voted on Aug. 3 for a bridge") == [
        ("The U.S. council voted on Aug. 3 for a bridge", True)
    ]
    assert pieces("x " * 400) == []
    assert pieces("All of this site is free。不要。") == [
        ("All of this site is free。不要。", True), ("All of this site is free。", False), ("不要。", False),
    ]  # fmt: skip


def test_a_line_is_at_home_where_its_name_stands_elsewhere_too():
    text = "Follow Jane Doe on Twitter.\n\nFour were hurt.\n\nThe police charged Ned Ash with murder.\n\nAsh is 41."
    lines = line_keys("Shooting", text, split_paragraphs(text).paragraphs)
    at_home = {n: home for n, home in zip(lines["paragraph"].tolist(), lines["home"].tolist(), strict=True)}
    assert at_home == {0: False, 1: False, 2: True, 3: False}
    assert (unpack_lines(lines.tobytes()) == lines).all()
    assert lines.dtype == KEY


SUBJECTS = [
    "barge harbour bridge pier gravel skipper sank dawn tide crane rope", "coach defeat striker penalty stadium season",
    "parliament wage euro vote minister coalition budget clause", "stork marsh volunteer nest spring wetland heron",
    "comet telescope orbit observatory tail astronomer dust", "tram rails passenger brake junction driver depot",
]  # fmt: skip


def story(n):
    nouns = SUBJECTS[n].split()
    others = [f"{a}{b}" for a in nouns[:5] for b in ("hof", "berg", "feld")]
    return " ".join(
        f"The {a} and the {b} were seen near {c}." for a, b, c in zip(nouns * 3, nouns[1:] * 4, others, strict=False)
    )


def known(texts, sources=None):
    """`Boilerplate` with these articles, and their paragraphs."""
    index = TermIndex()
    made, split = Boilerplate(index), []
    for row, text in enumerate(texts):
        paragraphs = split_paragraphs(text).paragraphs
        index.add(row, terms_of(f"Headline {row}", text))
        hashes = [p.hash for p in paragraphs]
        lines = line_keys(f"Headline {row}", text, paragraphs)
        source = sources[row] if sources else "a.example"
        made.add(row, hashes, {p.hash: p.of(text) for p in paragraphs}, lines, source)
        split.append(paragraphs)
    return made, split


def own_texts(texts, sources=None):
    made, split = known(texts, sources)
    return [made.own_text(text, paragraphs) for text, paragraphs in zip(texts, split, strict=True)]


NAMES = ("Ann Lee", "Bo Wu", "Cy Roe", "Di Fox", "Ed Kay", "Flo Orr")


def test_a_line_in_which_a_name_differs_is_left_out_alone_and_within_a_paragraph():
    alone = [f"{story(n)}\n\nFollow {NAMES[n]} on Twitter" for n in range(4)]
    assert own_texts(alone) == [story(n) for n in range(4)]
    within = [f"{story(n)} Follow {NAMES[n]} on Twitter" for n in range(4)]
    assert own_texts(within) == [story(n) for n in range(4)]
    before = [f"Updated on {n + 1} May at 4:1{n} pm. {story(n)}" for n in range(4)]
    assert own_texts(before) == [story(n) for n in range(4)]
    assert own_texts(alone[:2]) == alone[:2]


def test_lines_of_other_sources_are_none_of_this_one():
    texts = [f"{story(n)}\n\nFollow {NAMES[n]} on Twitter" for n in range(3)]
    assert own_texts(texts, ["a.example", "b.example", "c.example"]) == texts


def test_a_rare_sentence_of_a_large_source_is_none(monkeypatch):
    monkeypatch.setattr("embeddings.duplicates.boilerplate._LINE_SHARE", 1.5)
    texts = [f"{story(n)}\n\nHe was taken to {NAMES[n]}" if n < 3 else story(n) for n in range(5)]
    assert own_texts(texts) == texts


def test_what_is_about_what_the_article_is_about_is_none():
    texts = [f"{story(n)} {NAMES[n]} is 41.\n\nPolice have charged {NAMES[n]} with murder." for n in range(4)]
    assert own_texts(texts) == texts


def test_reports_from_one_template_keep_their_slots():
    places = ("Kell", "Orsby", "Hennick", "Lomburg")
    quakes = [
        f"A small quake was felt near {place} on Monday.\n\nIt came at 4:1{n} pm near {place} town.\n\n"
        f"Nobody was hurt in {place}, said the office on Monday."
        for n, place in enumerate(places)
    ]
    assert own_texts(quakes) == quakes


def test_lines_come_back_when_their_company_goes():
    texts = [f"{story(n)} Follow {NAMES[n]} on Twitter" for n in range(3)]
    made, split = known(texts)
    terms = terms_of("Headline 0", texts[0])
    own = {p.hash: p.of(texts[0]) for p in split[0]}
    found = made.leave_out(0, terms, own)
    assert found is not None
    assert "follow" not in found[1].words
    assert "lee" not in found[1].words
    assert made.spans(texts[0], split[0]) == [(len(story(0)) + 1, len(texts[0]))]
    made.remove(2)
    assert made.spans(texts[0], split[0]) == []
    again = made.leave_out(0, found[1], own)
    assert again is not None
    assert again[0] == frozenset()
    assert again[1].words == terms.words


def test_an_article_that_is_not_in_is_asked_about_by_its_lines():
    texts = [f"{story(n)}\n\nFollow {NAMES[n]} on Twitter" for n in range(4)]
    made, _ = known(texts[:3])
    paragraphs = split_paragraphs(texts[3]).paragraphs
    lines = line_keys("", texts[3], paragraphs)
    assert not made.is_boilerplate(paragraphs[1].hash)
    including = made.including([p.hash for p in paragraphs], lines)
    assert including.is_boilerplate(paragraph_hash(f"Follow {NAMES[3]} on Twitter"))
    assert including.own_text(texts[3], paragraphs) == story(3)
    assert not made.is_boilerplate(paragraphs[1].hash)


def test_removing_all_forgets_all():
    texts = [f"{story(n)} {NAMES[n]} is 41.\n\nPolice charged {NAMES[n]} with theft.\n\nShare this" for n in range(4)]
    made, _ = known(texts)
    for row in range(4):
        made.remove(row)
    assert not made._articles
    assert not made._lines
    assert not made._homes
    assert not made._sources

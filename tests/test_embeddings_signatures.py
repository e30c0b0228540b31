"""Words, runs, signatures, and the index that finds candidates by them."""

import random
import re
import time
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from corpus import fold
from embeddings.duplicates import (
    SIGNATURES_VERSION,
    SignatureIndex,
    pack_signature,
    signature,
    signatures,
    unpack_signature,
)
from embeddings.duplicates.signatures import (
    CANDIDATES_MOST,
    KEPT_LEAST,
    RARE,
    ROWS_MOST,
    SHARED_LEAST,
    SHARED_SHARE,
    SHORT,
    kept,
)
from embeddings.duplicates.tokens import hashed_words, mix, runs
from embeddings.errors import BadSignature, EmbeddingsError

UNSPACED = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(f"[{UNSPACED}]|[^\\W_{UNSPACED}]+")
ODD = (
    "ß ẞ İ ı I i ﬁ ﬀi ﬃ Ⅷ ① ½ ２０２６ ＣＡＦＥ é e\u0301 a\u0308\u0323 o\u0327 ñ \u0344 \u037a ᾳ Σ ς σ Å Å K Ω ſ "
    "ﾞ ｶﾞ ガ か\u3099 漢字 ひらがな ー ・ 々 한국 \u1112\u1161\u11ab नमस्ते ไทย עִברִית العَرَبِيَّة ا\u0640ب "
    "\u200d \u200b \ufeff \u00ad \ud800 \udfff a\ud800b 𝔘𝔫𝔦 𠮷 😀 _ __ "
    "a_b l’été «x» … – ‑ don't 1,900 3.1 \x00 \x1c \x85 \u2028 \t \r\n"
).split(" ")
TEXTS = st.one_of(
    st.text(st.characters(codec=None, exclude_categories=[]), max_size=60),
    st.lists(st.sampled_from([*ODD, "a", "B", "the", " ", " ", "\n", "-", "\u0301"]), max_size=25).map("".join),
)


def words(n, start=0):
    """n words that no other start shares."""
    return " ".join(f"w{i}" for i in range(start, start + n))


def of(text):
    return hashed_words([text]).hashes


def memory_of(index):
    """Bytes of the whole index."""
    return sum(array.nbytes for array in (*index._arrays, index._sizes, index._dead))


def news(seed, n):
    """n words with the frequencies of a language, by a seed."""
    rng = np.random.default_rng(seed)
    return " ".join(f"v{number}" for number in np.minimum(rng.zipf(1.3, n), 50_000))


# Words


@given(st.lists(TEXTS, max_size=5))
@example(ODD)
@example(["é\u0301", "\u0301a", "a\u0301", "x" * 40 + "\u0301", "é" * 40, "İ" * 20, "ß" * 17 + "_" + "ß" * 17])
@settings(max_examples=200, deadline=None)
def test_a_word_is_what_the_regular_expression_finds(texts):
    found, expected = hashed_words(texts), [WORD.findall(fold(text)) for text in texts]
    assert np.diff(found.starts).tolist() == [len(some) for some in expected]
    named = {}
    for hash, word in zip(found.hashes.tolist(), (w for some in expected for w in some), strict=True):
        assert named.setdefault(word, hash) == hash, word
    assert len(set(named.values())) == len(named)


@given(st.lists(TEXTS, max_size=6))
@settings(max_examples=50, deadline=None)
def test_many_texts_are_what_each_is(texts):
    found = hashed_words(texts)
    assert len(found) == len(texts)
    for i, text in enumerate(texts):
        np.testing.assert_array_equal(found.of(i), of(text))


@given(TEXTS)
@settings(max_examples=50, deadline=None)
def test_case_form_and_white_space_do_not_matter(text):
    for other in (f"\n{text}  ", text.casefold(), unicodedata.normalize("NFKC", text), fold(text)):
        np.testing.assert_array_equal(of(fold(text)), of(fold(other)))
        np.testing.assert_array_equal(of(text), of(fold(text)))


@pytest.mark.parametrize("text", ["", "  \n ", "... — !?", "\ud800", "___", "\x00", "😀", "\u0301"])
def test_no_words(text):
    assert of(text).shape == (0,)
    assert of(text).dtype == np.uint64
    assert signature(text).shape == (0,)


def test_neighbours_in_spelling_are_far_apart_in_their_hashes():
    found = of(" ".join(f"{a}{b}{c}" for a in "0123456789" for b in "abcdef" for c in "uvwxyz"))
    assert len(set((found >> np.uint64(40)).tolist())) > 355
    assert 0.2 < float((found < 1 << 62).mean()) < 0.3


def test_texts_longer_than_a_block_are_the_same_words():
    text = " ".join(f"palabra{i} straße{i}" if i % 50 == 0 else f"w{i} \n x" for i in range(100_000))
    assert len(text) > 1 << 20
    parts = text.split(" ")
    halves = [" ".join(parts[: len(parts) // 3]), " ".join(parts[len(parts) // 3 :])]
    np.testing.assert_array_equal(of(text), np.concatenate([of(half) for half in halves]))
    together = hashed_words(["a b", text, "", "c", text, "d"])
    assert np.diff(together.starts).tolist() == [2, len(of(text)), 0, 1, len(of(text)), 1]
    np.testing.assert_array_equal(together.of(4), of(text))
    np.testing.assert_array_equal(together.of(5), of("d"))


@pytest.mark.parametrize("letter", ["a", "ß"])
def test_a_word_of_three_megabytes(letter):
    found = of(f"one {letter * 3_000_000} two")
    assert 3 <= len(found) <= 9
    np.testing.assert_array_equal(found[[0, -1]], of("one two"))


@pytest.mark.parametrize("unit", [" ", "[", "a", "漢", "é'", "a ", "\ud800", "e\u0301 ", "\u0301", "İ "])
def test_odd_texts_take_linear_time(unit):
    start = time.process_time()
    signature(unit * 200_000)
    assert time.process_time() - start < 3


def test_five_megabytes_in_seconds():
    text = "The minister’s café said on Monday that nobody was hurt. " * 90_000
    start = time.process_time()
    assert len(signature(text)) <= 11
    assert time.process_time() - start < 5


def test_the_same_on_every_machine_and_in_every_version():
    """Stored signatures rest on these values: others need another `SIGNATURES_VERSION`."""
    found = of("Two people died when a ferry struck the pier.")
    assert SIGNATURES_VERSION == 3
    assert found[:2].tolist() == [9449102908902461915, 1428306330862303086]
    assert of("Zoë 漢 ﬁsh").tolist() == PINNED_WORDS
    assert runs(found, 5).tolist() == PINNED_RUNS
    assert signature(words(40)).tolist() == PINNED_SIGNATURE


def test_mixing_is_one_to_one():
    numbers = np.arange(100_000, dtype=np.uint64)
    assert len(np.unique(mix(numbers))) == len(numbers)


PINNED_WORDS = [
    7709882808954656772, 7875837276800258098, 13048494379064159915,
]  # fmt: skip
PINNED_RUNS = [
    11020245837569911324, 1533470280771915716, 17916939277431291814, 3609011777644403727,
    14747538281806761929,
]  # fmt: skip
PINNED_SIGNATURE = [
    12381581745503850, 241058536450931537, 1021170486928625755, 1782536910410698249,
    2820048076806879677, 2867005608268807206, 3465901762738541205, 3852756349191539756,
]  # fmt: skip


# Runs


@pytest.mark.parametrize(("n", "width", "count"), [(0, 5, 0), (1, 5, 1), (4, 5, 1), (5, 5, 1), (12, 5, 8), (9, 1, 9)])
def test_how_many(n, width, count):
    assert len(runs(of(words(n)), width)) == count


@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(1, 6))
@settings(max_examples=50, deadline=None)
def test_two_are_the_same_where_their_words_are(letters, width):
    found = runs(of(" ".join(letters)), width)
    width = min(width, len(letters))
    expected = [tuple(letters[i : i + width]) for i in range(len(found))]
    assert len(set(found.tolist())) == len(set(zip(expected, found.tolist(), strict=True))) == len(set(expected))


def test_order_matters():
    assert runs(of("a b c"), 3) != runs(of("c b a"), 3)
    assert runs(of("a b"), 5) != runs(of("b a"), 5)


def plain_signature(text):
    """By the definition."""
    return sorted({hash for hash in runs(of(text), 5).tolist() if hash < 1 << 62})


# Signatures


@given(st.lists(st.one_of(TEXTS, st.integers(0, 60).map(words)), max_size=6))
@settings(max_examples=50, deadline=None)
def test_the_sampled_runs_rising(texts):
    for text, found in zip(texts, signatures(texts), strict=True):
        assert found.tolist() == plain_signature(text) == signature(text).tolist()
        assert found.dtype == np.uint64


def test_no_texts():
    assert signatures([]) == []
    assert [len(found) for found in signatures(["", "", ""])] == [0, 0, 0]


def test_one_run_in_four():
    assert 0.23 < len(signature(words(20_000))) / 20_000 < 0.27


@pytest.mark.parametrize("n", [3, 40, 80, 200, 1000, 5000])
def test_kept_are_the_smallest_or_one_run_in_ten(n):
    whole = signature(words(n))
    below = int((whole < 2**64 // 10).sum())
    assert kept(whole).tolist() == whole[: max(below, KEPT_LEAST)].tolist()
    assert kept(kept(whole)).tolist() == kept(whole).tolist()


@given(st.integers(0, 3000))
@settings(max_examples=30, deadline=None)
def test_packed_and_unpacked(n):
    whole = signature(words(n))
    packed = pack_signature(whole)
    assert len(packed) == 8 * len(kept(whole))
    assert unpack_signature(packed).tolist() == kept(whole).tolist()
    assert pack_signature(unpack_signature(packed)) == packed
    assert unpack_signature(packed).dtype == np.uint64
    if packed:
        assert packed[:8] == int(whole[0]).to_bytes(8, "little")


@pytest.mark.parametrize(
    "blob",
    [b"x", b"x" * 7, b"x" * 9, bytes(16), (1 << 62).to_bytes(8, "little"), b"\xff" * 8,
     (5).to_bytes(8, "little") + (4).to_bytes(8, "little")],
)  # fmt: skip
def test_what_is_no_signature_is_refused(blob):
    with pytest.raises(BadSignature, match="signature"):
        unpack_signature(blob)
    assert issubclass(BadSignature, ValueError)
    assert issubclass(BadSignature, EmbeddingsError)


@given(st.binary(max_size=64))
@settings(max_examples=60, deadline=None)
def test_any_bytes(blob):
    try:
        found = unpack_signature(blob)
    except BadSignature:
        return
    assert found.tobytes() == blob


def expected(known, asked):
    """Candidates by the definition: from a dict of kept hashes by row, with the index's 36 bits of each."""
    rows = {}
    for row in sorted(known):
        for key in known[row] >> np.uint64(26):
            rows.setdefault(int(key), []).append(row)
    shared, rare = {}, set()
    for key in asked >> np.uint64(26):
        there = rows.get(int(key), [])
        rare |= set(there) if len(there) <= RARE and len(asked) < SHORT else set()
        for row in there[:ROWS_MOST]:
            shared[row] = shared.get(row, 0) + 1
    size = len(kept(asked))
    least = {row: max(SHARED_LEAST, SHARED_SHARE * min(size, len(known[row]))) for row in shared}
    found = [row for row, n in shared.items() if n >= least[row] or row in rare]
    return sorted(found, key=lambda row: (-shared[row], row))[:CANDIDATES_MOST]


POOL = [
    *(f"{words(70, 900 * i)} {words(50, 100 * j)}" for i in range(4) for j in range(3)),
    *(words(n, 10 * n) for n in (0, 1, 3, 5, 8, 20, 400)),
    words(300),
    "",
]
SIGNED = signatures(POOL)
WHICH = st.integers(0, len(POOL) - 1)
ROWS = st.integers(0, 40)


class IndexMachine(RuleBasedStateMachine):
    """The index against a dict, and against one that is built anew."""

    @initialize()
    def start(self):
        self.index, self.known = SignatureIndex(), {}

    @rule(row=ROWS, which=WHICH)
    def add(self, row, which):
        self.index.add(row, SIGNED[which])
        self.known[row] = kept(SIGNED[which])

    @rule(some=st.lists(st.tuples(ROWS, WHICH), max_size=12))
    def add_all(self, some):
        self.index.add_all((row, SIGNED[which]) for row, which in some)
        self.known |= {row: kept(SIGNED[which]) for row, which in some}

    @rule(row=ROWS)
    def remove(self, row):
        self.index.remove(row)
        self.known.pop(row, None)

    @rule(first=st.integers(0, 3000), which=WHICH)
    def crowd(self, first, which):
        """Many rows with one text come and half of them go."""
        rows = range(first, first + 2 * ROWS_MOST)
        self.index.add_all((row, SIGNED[which]) for row in rows)
        self.known |= dict.fromkeys(rows, kept(SIGNED[which]))
        for row in rows[::2]:
            self.remove(row)

    @rule(which=st.lists(WHICH, min_size=1, max_size=3))
    def ask(self, which):
        answers = [expected(self.known, SIGNED[i]) for i in which]
        fresh = SignatureIndex()
        fresh.add_all(self.known.items())
        assert self.index.candidates_of([SIGNED[i] for i in which]) == answers
        assert [self.index.candidates(SIGNED[i]) for i in which] == answers
        assert [fresh.candidates(SIGNED[i]) for i in which] == answers

    @invariant()
    def what_is_in(self):
        assert len(self.index) == len(self.known)
        assert all((row in self.index) == (row in self.known) for row in range(-1, 45))


IndexMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestAnyOrder = IndexMachine.TestCase


# The index of signatures


def test_candidates_are_ranked_by_what_they_share():
    index = SignatureIndex()
    for row, start in ((9, 0), (4, 100), (5, 5000), (7, 0)):
        index.add(row, signature(words(400, start)))
    assert index.candidates(signature(words(400))) == [7, 9, 4]
    assert index.candidates(signature(words(400, 90_000))) == []


def test_adding_and_removing_leaves_answers_as_they_were():
    texts = [news(i, 150) + " " + words(100, 30 * i) for i in range(120)]
    signed = signatures(texts)
    index = SignatureIndex()
    index.add_all(enumerate(signed[:60]))
    before = index.candidates_of(signed)
    for row in range(60, 120):
        index.add(row, signed[row])
    for row in random.Random(1).sample(range(60, 120), 60):
        index.remove(row)
    assert index.candidates_of(signed) == before


def test_in_bulk_and_one_by_one():
    signed = signatures([news(i % 40, 200) for i in range(200)])
    bulk, single = SignatureIndex(), SignatureIndex()
    bulk.add_all(enumerate(signed))
    for row, one in enumerate(signed):
        single.add(row, one)
    assert bulk.candidates_of(signed) == single.candidates_of(signed) == [bulk.candidates(one) for one in signed]
    assert bulk.candidates_of([]) == []
    bulk.add_all([])
    assert len(bulk) == 200


def test_a_text_in_more_rows_than_are_looked_up():
    index, signed = SignatureIndex(), signature(words(200))
    for row in reversed(range(100, 100 + 3 * ROWS_MOST)):
        index.add(row, signed)
    assert index.candidates(signed) == list(range(100, 100 + CANDIDATES_MOST))
    for row in range(100, 110):
        index.remove(row)
    assert index.candidates(signed) == list(range(110, 110 + CANDIDATES_MOST))


@pytest.mark.parametrize("others", [0, 1, 30])
def test_a_text_without_a_signature_disturbs_nobody(others):
    index = SignatureIndex()
    for row in range(others):
        index.add(row, signature(words(200)))
    index.add(99, signature(""))
    assert index.candidates(signature(words(200))) == list(range(others))


def test_empty_texts_are_never_candidates():
    index = SignatureIndex()
    index.add(1, signature(""))
    index.add(2, signature("..."))
    assert index.candidates(signature("")) == []
    assert (1 in index, 3 in index, -1 in index, len(index)) == (True, False, False, 2)
    index.remove(1)
    index.remove(1)
    assert (1 in index, len(index)) == (False, 1)


def test_replacing_forgets_the_old_text():
    index = SignatureIndex()
    old, new = signature(words(200)), signature(words(200, 500))
    index.add(3, old)
    index.add(3, new)
    assert (index.candidates(old), index.candidates(new), len(index)) == ([], [3], 1)


@pytest.mark.parametrize("brief", [60, 100, 300])
def test_a_text_is_found_within_one_ten_times_as_long(brief):
    """Whichever of the two comes first."""
    asked = missed = 0
    for seed in range(60):
        whole = news(seed, 10 * brief)
        at = 3 * brief
        part = " ".join(whole.split()[at : at + brief])
        for first, then in ((whole, part), (part, whole)):
            index = SignatureIndex()
            index.add(1, signature(first))
            asked += 1
            missed += index.candidates(signature(then)) != [1]
    assert missed / asked < {60: 0.05, 100: 0.02, 300: 0.005}[brief]


@pytest.mark.parametrize(("spaced", "least"), [("by chance", 100), ("evenly", 85)])
def test_every_sixth_word_another(spaced, least):
    """Spread evenly they leave one run in six, with `SHARED_SHARE` too few in one text of 400 words in twelve."""
    found = 0
    for seed in range(100):
        chance, mine = random.Random(seed), news(seed, 400).split()
        gone = set(range(5, 400, 6) if spaced == "evenly" else chance.sample(range(400), 66))
        other = [f"x{i}" if i in gone else word for i, word in enumerate(mine)]
        index = SignatureIndex()
        index.add(1, signature(" ".join(mine)))
        found += index.candidates(signature(" ".join(other))) == [1]
    assert found >= least


def test_memory_is_flat_under_endless_coming_and_going():
    signed = signatures([words(120, 150 * i) for i in range(400)])
    index = SignatureIndex()
    index.add_all(enumerate(signed))
    most = 0
    for round in range(12):
        for row in range(400):
            index.remove(row)
            index.add((row + round) % 400, signed[row])
        most = max(most, memory_of(index))
    whole = SignatureIndex()
    whole.add_all(enumerate(signed))
    assert most < 2 * memory_of(whole) + 8 * 2048
    for row in range(400):
        index.remove(row)
    assert len(index) == 0
    assert memory_of(index) < memory_of(whole) + 8 * 2048
    assert index.candidates_of(signed) == [[] for _ in signed]


def test_a_few_hundred_bytes_an_article():
    index = SignatureIndex()
    signed = signatures([words(600, 700 * i) for i in range(1000)])
    index.add_all(enumerate(signed))
    assert memory_of(index) / 1000 < 8 * np.mean([len(kept(one)) for one in signed]) + 12 < 600


def test_forgetting_takes_no_longer_than_learning():
    signed = signatures([words(200, 300 * i) for i in range(2000)])
    index = SignatureIndex()
    start = time.process_time()
    for row, one in enumerate(signed):
        index.add(row, one)
    learned = time.process_time()
    for row in range(len(signed)):
        index.remove(row)
    assert time.process_time() - learned < 2 * (learned - start)

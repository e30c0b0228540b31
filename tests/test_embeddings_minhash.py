"""Shingles, signatures and the index that finds candidates by them."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.duplicates import (
    BadSignature,
    SignatureIndex,
    estimate,
    pack_signature,
    shingles,
    signature,
    unpack_signature,
)


def words(n, start=0):
    """n words that no other start shares."""
    return " ".join(f"w{i}" for i in range(start, start + n))


def jaccard(one, other):
    a, b = set(one.tolist()), set(other.tolist())
    return len(a & b) / len(a | b)


class TestShingles:
    def test_one_for_each_run_of_five_words(self):
        assert len(shingles(words(12))) == 8
        assert len(shingles(f"{words(12)} {words(12)}")) == 8 + 4  # the second half adds the four runs across
        assert len(shingles("a a a a a a a a")) == 1

    @pytest.mark.parametrize("n", [1, 2, 4, 5])
    def test_short_texts_have_one(self, n):
        assert len(shingles(words(n))) == 1

    @pytest.mark.parametrize("text", ["", "  \n ", "... — !?", "\ud800", "___", "\x00"])
    def test_no_words_no_shingles(self, text):
        assert shingles(text).shape == (0,)
        assert shingles(text).dtype == np.uint64

    def test_case_quotes_and_white_space_do_not_matter(self):
        one = shingles("“It’s over,”  said the\nMINISTER – at last…")
        other = shingles('"it\'s over," said the minister - at last...')
        np.testing.assert_array_equal(one, other)

    def test_function_words_and_their_order_do(self):
        end = "in the park behind the old town hall"
        one, other = shingles(f"the man bit the dog {end}"), shingles(f"the dog bit the man {end}")
        assert 0 < jaccard(one, other) < 1

    def test_sorted_and_unique(self):
        found = shingles(words(50) + " " + words(50))
        assert (np.diff(found.astype(object)) > 0).all()

    def test_scripts_without_spaces_go_by_character(self):
        one, other = shingles("日本の首相は水曜日に辞任した"), shingles("日本の首相は木曜日に辞任した")
        assert len(one) == 10
        assert jaccard(one, other) == 5 / 15

    def test_the_same_on_every_machine_and_in_every_run(self):
        """Values are pinned: stored signatures rest on them."""
        found = shingles("Two people died when a ferry struck the pier.")
        assert found[:2].tolist() == [101890569211172548, 2353804292009748389]
        assert signature(found)[:3].tolist() == [837954316, 916251829, 185017002]

    @given(st.text(max_size=200))
    @settings(max_examples=100, deadline=None)
    def test_any_text(self, text):
        found = shingles(text)
        assert len(found) <= max(1, len(text))
        np.testing.assert_array_equal(found, shingles(text + " \n"))

    @pytest.mark.parametrize("unit", [" ", "[", "a", "漢", "é'", "a ", "\ud800"])
    def test_odd_texts_take_linear_time(self, unit):
        start = time.process_time()
        signature(shingles(unit * 300_000))
        assert time.process_time() - start < 2


class TestSignature:
    def test_shape_and_emptiness(self):
        made = signature(shingles(words(100)))
        assert (made.shape, made.dtype) == ((128,), np.uint32)
        assert signature(shingles("")).tolist() == [2**32 - 1] * 128

    def test_long_texts_are_hashed_in_blocks(self):
        """Of sets, the least of the union is the least of the parts."""
        found = shingles(words(5000))
        parts = [signature(part) for part in np.array_split(found, 7)]
        np.testing.assert_array_equal(signature(found), np.min(parts, axis=0))

    @pytest.mark.parametrize("shared", [0, 100, 300, 500, 600])
    def test_estimate_is_near_the_overlap(self, shared):
        errors = []
        for seed in range(12):
            numbers = np.random.default_rng(seed).integers(0, 2**63, 1200, dtype=np.uint64)
            one, other = numbers[:600], numbers[600 - shared : 1200 - shared]
            exact = shared / (1200 - shared)
            errors.append(estimate(signature(one), signature(other)) - exact)
        assert abs(np.mean(errors)) < 3 * 0.044 / 12**0.5
        assert np.abs(errors).max() < 4 * 0.044

    def test_empty_texts_have_nothing_in_common(self):
        empty = signature(shingles(""))
        assert estimate(empty, empty) == 0.0

    def test_packed_and_unpacked(self):
        made = signature(shingles(words(40)))
        packed = pack_signature(made)
        assert len(packed) == 512
        assert packed[:4] == int(made[0]).to_bytes(4, "little")
        np.testing.assert_array_equal(unpack_signature(packed), made)
        assert unpack_signature(packed).dtype == np.uint32

    @pytest.mark.parametrize("length", [0, 1, 511, 513, 1024])
    def test_other_lengths_are_refused(self, length):
        with pytest.raises(BadSignature, match=f"not {length}"):
            unpack_signature(b"x" * length)
        assert issubclass(BadSignature, ValueError)


class TestSignatureIndex:
    def test_candidates(self):
        index = SignatureIndex()
        index.add(9, signature(shingles(words(300))))
        index.add(4, signature(shingles(words(300, 20))))
        index.add(5, signature(shingles(words(300, 5000))))
        assert index.candidates(signature(shingles(words(300)))) == [4, 9]
        assert index.candidates(signature(shingles(words(300, 9000)))) == []

    def test_how_often_an_overlap_makes_a_candidate(self):
        """The table of the module, by trial: 400 pairs at each overlap."""
        for overlap, low, high in [(0.1, 0, 0.03), (0.3, 0.15, 0.31), (0.5, 0.82, 0.93), (0.7, 0.99, 1)]:
            found = 0
            shared = round(2 * 300 * overlap / (1 + overlap))
            for seed in range(400):
                numbers = np.random.default_rng(seed).integers(0, 2**63, 600, dtype=np.uint64)
                index = SignatureIndex()
                index.add(1, signature(numbers[:300]))
                found += bool(index.candidates(signature(numbers[300 - shared : 600 - shared])))
            assert low <= found / 400 <= high

    def test_empty_texts_are_never_candidates(self):
        index = SignatureIndex()
        empty = signature(shingles(""))
        index.add(1, empty)
        index.add(2, empty)
        assert index.candidates(empty) == []
        assert (1 in index, len(index)) == (True, 2)
        index.remove(1)
        assert 1 not in index

    def test_removing_leaves_nothing_behind(self):
        """Structures that only grow were the complaint about others."""
        index = SignatureIndex()
        signatures = [signature(shingles(words(60, i % 5))) for i in range(20)]
        for row, made in enumerate(signatures):
            index.add(row, made)
        for row in range(20):
            index.remove(row)
            index.remove(row)
        assert len(index) == 0
        assert not index._rows
        assert not index._keys

    def test_adding_again_replaces(self):
        index = SignatureIndex()
        old, new = signature(shingles(words(60))), signature(shingles(words(60, 500)))
        index.add(3, old)
        index.add(3, new)
        assert index.candidates(old) == []
        assert index.candidates(new) == [3]
        assert len(index) == 1

    def test_equal_bands_at_different_places_are_no_match(self):
        index = SignatureIndex()
        one, other = np.arange(128, dtype=np.uint32), np.roll(np.arange(128, dtype=np.uint32), 4)
        index.add(1, one)
        assert index.candidates(other) == []
        index.add(2, np.zeros(128, np.uint32))
        index.remove(2)
        assert len(index._rows) == 32

    @given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 5)), max_size=40))
    @settings(max_examples=50, deadline=None)
    def test_any_order_of_adds_and_removes(self, steps):
        signatures = [signature(shingles(words(80, 15 * i))) for i in range(6)]
        index, oracle = SignatureIndex(), {}
        for add, row, which in steps:
            if add:
                index.add(row, signatures[which])
                oracle[row] = which
            else:
                index.remove(row)
                oracle.pop(row, None)
        bands = [made.reshape(32, 4) for made in signatures]
        for wanted in range(6):
            agree = [(bands[which] == bands[wanted]).all(axis=1).any() for which in range(6)]
            expected = [row for row in sorted(oracle) if agree[oracle[row]]]
            assert index.candidates(signatures[wanted]) == expected
        assert len(index) == len(oracle)

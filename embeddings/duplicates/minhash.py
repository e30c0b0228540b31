"""MinHash signatures, and an index of them that finds candidates for a verdict. It never gives one.

A signature keeps, for each of 128 hash functions, the least hash among a text's shingles; two texts agree at
a place with the probability of their Jaccard overlap s (Broder, "On the Resemblance and Containment of
Documents", 1997). The index cuts signatures into 32 bands of 4: texts that agree in a whole band are
candidates, with probability 1 - (1 - s^4)^32:

    s       .1     .2     .3     .4     .5     .6     .7     .8
    found   .003   .050   .229   .564   .873   .988   .9998  1.000

The rules say "near" from .5 on, so what lies right at the threshold is found seven times in eight; bands of 3
would find .997 of it, and a dozen times as many pairs at .1. An excerpt a quarter as long as its original
(.25) is found in one of eight cases: MinHash is the wrong tool for it, and candidates by words have to stand
in. (In the sample archive signatures find 14 of 17 repeated articles, all but three excerpts; the first two
hits of `embeddings.lexical` find all.)

Measured with 50,000 articles on a shared core: a signature .25 ms, add .1, remove .03, candidates .1 ms, and
3.3 KB an article. Rejected: datasketch (1.2 ms a signature, five times the memory), rensa (as fast, but one
more compiled dependency).
"""

import numpy as np
from numpy.typing import NDArray

from .shingles import Hashes, mix

Signature = NDArray[np.uint32]
"""(128,) uint32."""

SIZE = 128
BANDS = 32
_ROWS = SIZE // BANDS
_STORED = np.dtype("<u4")
_NONE = np.uint32(0xFFFFFFFF)
_BLOCK = 1024
"""Shingles hashed at a time (1 MB): a text of a million words needs no more memory than one of a thousand."""


class BadSignature(ValueError):
    """Bytes that are no packed signature."""


def signature(shingles: Hashes) -> Signature:
    """The signature of a text, from its shingles; all ones for a text without shingles.

    The hash functions are multiply-shift (Dietzfelbinger et al. 1997): the upper half of a * x + b modulo
    2^64. Their factors come from `mix`, not from a random generator: stored signatures must mean the same in
    every numpy version.
    """
    numbers = mix(np.arange(2 * SIZE, dtype=np.uint64))
    factors, offsets = numbers[:SIZE] | np.uint64(1), numbers[SIZE:]
    least = np.full(SIZE, 0xFFFFFFFFFFFFFFFF, np.uint64)
    for start in range(0, len(shingles), _BLOCK):
        hashed = shingles[start : start + _BLOCK, None] * factors
        hashed += offsets  # in place: four times as fast as with one more array
        np.minimum(least, hashed.min(axis=0), out=least)
    return (least >> np.uint64(32)).astype(np.uint32)


def estimate(one: Signature, other: Signature) -> float:
    """Estimated Jaccard overlap, 0..1; the standard error is at most .044."""
    return 0.0 if _is_empty(one) or _is_empty(other) else float(np.mean(one == other))


def pack_signature(signature: Signature) -> bytes:
    """A signature as the store keeps it: 512 bytes, little endian."""
    return signature.astype(_STORED).tobytes()


def unpack_signature(blob: bytes) -> Signature:
    """The reverse of `pack_signature`.

    Raises:
        BadSignature: the blob is of another length.
    """
    if len(blob) != SIZE * _STORED.itemsize:
        raise BadSignature(f"a signature has {SIZE * _STORED.itemsize} bytes, not {len(blob)}")
    return np.frombuffer(blob, _STORED).astype(np.uint32)


class SignatureIndex:
    """Signatures by row number. Not safe to change while it is searched; its owner holds the lock."""

    def __init__(self) -> None:
        self._keys: dict[int, Hashes] = {}
        """Band keys by row, so that a row is found again when it is taken out."""
        self._rows: dict[int, int | set[int]] = {}
        """Row or rows by band key. Nearly all keys belong to one row, which needs no set."""

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, row: object) -> bool:
        return row in self._keys

    def add(self, row: int, signature: Signature) -> None:
        """Add the signature of a row; one that is there already is replaced."""
        self.remove(row)
        self._keys[row] = keys = _band_keys(signature)
        for key in keys.tolist():
            there = self._rows.setdefault(key, row)
            if isinstance(there, set):
                there.add(row)
            elif there != row:
                self._rows[key] = {there, row}

    def remove(self, row: int) -> None:
        """Take a row out; nothing happens where it is not in."""
        keys = self._keys.pop(row, None)
        for key in () if keys is None else keys.tolist():
            there = self._rows[key]
            if isinstance(there, set):
                there.discard(row)
                if len(there) == 1:
                    self._rows[key] = there.pop()
            else:
                del self._rows[key]

    def candidates(self, signature: Signature) -> list[int]:
        """Rows that agree with the signature in a whole band, rising; none for an empty text."""
        found: set[int] = set()
        for key in _band_keys(signature).tolist():
            there = self._rows.get(key)
            if isinstance(there, set):
                found |= there
            elif there is not None:
                found.add(there)
        return sorted(found)


def _band_keys(signature: Signature) -> Hashes:
    """A number for each band, (32,), that also tells the bands apart; (0,) for an empty text."""
    if _is_empty(signature):
        return np.empty(0, np.uint64)
    keys = mix(np.arange(BANDS, dtype=np.uint64))
    for column in signature.reshape(BANDS, _ROWS).astype(np.uint64).T:
        keys = mix(keys ^ column)
    return keys


def _is_empty(signature: Signature) -> bool:
    return bool((signature == _NONE).all())

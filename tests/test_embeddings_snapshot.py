"""Snapshots of an index (R8): damage is seen, nothing is deleted, a failed save leaves the one before."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from embeddings.errors import SnapshotUnusable
from embeddings.index import ExactIndex, load_snapshot, quarantine, save_snapshot, snapshot
from embeddings.index.faiss import FaissIndex
from embeddings.index.snapshot import MANIFEST

LOADERS = {"exact": ExactIndex.load, "flat": lambda path: FaissIndex.load(path, 8)}
MAKERS = {"exact": ExactIndex, "flat": FaissIndex}


def vectors(n, seed=0):
    rows = np.random.default_rng(seed).standard_normal((n, 8)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(params=MAKERS)
def kind(request):
    return request.param


@pytest.fixture
def index(kind):
    made = MAKERS[kind](8)
    made.add(np.arange(20), vectors(20))
    return made


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def saved(directory, index):
    return save_snapshot(directory, index, sequence=7, fingerprint="model@1")


@pytest.fixture
def load(directory, kind):
    def loaded(fingerprint="model@1", newest=7):
        return load_snapshot(directory, LOADERS[kind], fingerprint=fingerprint, newest=newest)

    return loaded


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def flipped(path: Path, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def test_saved_and_loaded(saved, load, index, directory):
    again, manifest = load(newest=9)
    assert manifest == saved
    assert (manifest.sequence, manifest.count, manifest.dimension) == (7, 20, 8)
    np.testing.assert_array_equal(again.vectors(again.ids()), index.vectors(index.ids()))
    assert names(directory) == {MANIFEST, saved.file}


def test_the_next_one_replaces_it_without_strays(saved, load, index, directory):
    (directory / "index-6-half.npz").write_bytes(b"left by a crash")
    (directory / (MANIFEST + ".new")).write_bytes(b"left by a crash")
    index.add(np.array([50]), vectors(1, seed=1))
    newer = save_snapshot(directory, index, sequence=8, fingerprint="model@1")
    assert names(directory) == {MANIFEST, newer.file}
    assert len(load(newest=8)[0]) == 21


def test_an_empty_index(directory, kind, load):
    save_snapshot(directory, MAKERS[kind](8), sequence=0, fingerprint="model@1")
    assert len(load(newest=0)[0]) == 0


# Damage


def unusable(load, reason=".", **arguments):
    with pytest.raises(SnapshotUnusable, match=reason):
        load(**arguments)


@pytest.mark.parametrize("kept", [0, 1, 100, -1])
def test_truncated(saved, load, directory, kept):
    path = directory / saved.file
    path.write_bytes(path.read_bytes()[:kept])
    unusable(load, "checksum")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_one_bit(saved, load, directory, share):
    path = directory / saved.file
    flipped(path, int(share * path.stat().st_size * 8))
    unusable(load, "checksum")


def test_data_deleted(saved, load, directory):
    (directory / saved.file).unlink()
    unusable(load, "No such file")


def test_manifest_deleted(saved, load, directory):
    (directory / MANIFEST).unlink()
    unusable(load, "missing")


def test_never_saved(load):
    unusable(load, "missing")


def test_directory_is_a_file(load, directory):
    directory.write_text("")
    unusable(load, "cannot be read")


def test_each_byte_of_the_manifest(saved, load, directory):
    """One bit of each: a flipped digit of the sequence would lose changes silently."""
    path = directory / MANIFEST
    whole = path.read_bytes()
    for bit in range(0, len(whole) * 8, 7):
        flipped(path, bit)
        unusable(load, newest=10**6)
        path.write_bytes(whole)
    load()


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"5", b'"x"', b"\xff\xfe", b'{"file": 5}', b"[" * 100])
def test_manifest_that_is_none(saved, load, directory, content):
    (directory / MANIFEST).write_bytes(content)
    unusable(load)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("count", 21, "21"),
        ("dimension", 9, "20 of 9"),
        ("format", 2, "format"),
        ("file", "../index/other", "format"),
        ("file", 5, "cannot be read"),
        ("sha256", "0" * 64, "checksum"),
        ("surprise", 1, "cannot be read"),
    ],
)
def test_manifest_that_says_something_else(saved, load, directory, field, value, reason):
    """Whatever disagrees with the file is seen, even where the manifest's own checksum holds."""
    fields = asdict(saved) | {field: value}
    content = fields | {"check": snapshot._digest(fields)}
    (directory / MANIFEST).write_text(json.dumps(content))
    unusable(load, reason)


def test_swapped_manifests(saved, load, directory, index, tmp_path):
    index.remove(np.arange(5))
    save_snapshot(tmp_path / "other", index, sequence=3, fingerprint="model@1")
    (tmp_path / "other" / MANIFEST).rename(directory / MANIFEST)
    unusable(load, "No such file")


def test_swapped_data(saved, load, directory, index, tmp_path):
    index.remove(np.arange(5))
    other = save_snapshot(tmp_path / "other", index, sequence=3, fingerprint="model@1")
    (tmp_path / "other" / other.file).rename(directory / saved.file)
    unusable(load, "checksum")


def test_another_encoder(saved, load):
    unusable(load, "model@2", fingerprint="model@2")


def test_ahead_of_the_store(saved, load):
    unusable(load, "only at 6", newest=6)


def test_nothing_was_deleted_or_changed(saved, load, directory):
    flipped(directory / saved.file, 4000)
    before = {path.name: path.read_bytes() for path in directory.iterdir()}
    unusable(load, "checksum")
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == before


def test_quarantine_keeps_every_file(saved, directory, index, load):
    before = {path.name: path.read_bytes() for path in directory.iterdir()}
    aside = quarantine(directory)
    assert aside is not None
    assert not directory.exists()
    assert {path.name: path.read_bytes() for path in aside.iterdir()} == before
    save_snapshot(directory, index, sequence=7, fingerprint="model@1")
    load()
    second = quarantine(directory)
    assert second not in (None, aside)
    assert aside.exists()


def test_quarantine_of_nothing(directory):
    assert quarantine(directory) is None


# Saves that fail: Wherever a save fails, the snapshot before it is the one that is loaded.


@pytest.fixture(params=["index", "sync data", "checksum", "sync manifest", "rename"])
def broken(request, monkeypatch, index):
    def fail(*_):
        raise OSError(28, "No space left on device")

    def half(path):
        path.write_bytes(b"half of it")
        fail()

    def fail_on(suffix, real):
        return lambda path: fail() if path.name.endswith(suffix) else real(path)

    match request.param:
        case "index":
            monkeypatch.setattr(index, "save", half)
        case "sync data":
            monkeypatch.setattr(snapshot, "_sync", fail_on(".npz", snapshot._sync))
        case "checksum":
            monkeypatch.setattr(snapshot, "_sha256", fail_on(".npz", snapshot._sha256))
        case "sync manifest":
            monkeypatch.setattr(snapshot, "_sync", fail_on(".new", snapshot._sync))
        case "rename":
            monkeypatch.setattr(Path, "rename", fail)
    return monkeypatch


def test_the_one_before_is_loaded(saved, load, index, directory, broken):
    index.add(np.array([50]), vectors(1, seed=1))
    with pytest.raises(OSError, match="No space"):
        save_snapshot(directory, index, sequence=8, fingerprint="model@1")
    broken.undo()
    again, manifest = load(newest=8)
    assert (manifest, len(again)) == (saved, 20)
    newer = save_snapshot(directory, index, sequence=8, fingerprint="model@1")
    assert names(directory) == {MANIFEST, newer.file}
    assert len(load(newest=8)[0]) == 21


def test_failing_again_and_again_does_not_fill_the_disk(saved, index, directory, broken):
    for _ in range(3):
        with pytest.raises(OSError, match="No space"):
            save_snapshot(directory, index, sequence=8, fingerprint="model@1")
    assert len(list(directory.glob("*.npz"))) == 1


def test_a_crash_behind_the_rename_leaves_the_new_one(saved, load, index, directory, monkeypatch):
    def crash(path):
        raise KeyboardInterrupt if path == directory else None

    index.add(np.array([50]), vectors(1, seed=1))
    real = snapshot._sync
    monkeypatch.setattr(snapshot, "_sync", lambda path: crash(path) if path == directory else real(path))
    with pytest.raises(KeyboardInterrupt):
        save_snapshot(directory, index, sequence=8, fingerprint="model@1")
    assert len(load(newest=8)[0]) == 21


def test_changes_during_a_save_do_not_spoil_it(directory, index, kind, load, monkeypatch):
    """The manifest counts what is in the file, not what the index has grown to meanwhile."""
    real = type(index).save

    def save(path):
        count = real(index, path)
        index.add(np.array([60, 61]), vectors(2, seed=3))
        return count

    monkeypatch.setattr(index, "save", save)
    save_snapshot(directory, index, sequence=7, fingerprint="model@1")
    assert len(load()[0]) == 20

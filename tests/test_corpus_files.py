"""From paths to articles: folders, archives, compression, and what is hostile or broken in them."""

import bz2
import gzip
import io
import json
import lzma
import os
import struct
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import UnknownFormat, UnreadableInput
from corpus.readers.base import Limits, Options, ParsedArticle, Reading, Skipped
from corpus.readers.files import read_paths, total_bytes


def article(title: str) -> bytes:
    return f"# {title}\n\nMay 1, 2011\n\nThe body of {title}.\n".encode()


def line(text: str) -> bytes:
    return b'{"text": "%s"}\n' % text.encode()


def read(path: Path, limits: Limits | None = None, **options: str) -> list[Reading]:
    return list(read_paths([path], options=Options(limits=limits or Limits(), **options)))  # type: ignore[arg-type]


def titles(readings: list[Reading]) -> list[str]:
    return [r.article.title or r.article.text for r in readings if isinstance(r, ParsedArticle)]


def skips(readings: list[Reading]) -> list[tuple[str | None, str]]:
    return [(r.location.member, r.reason) for r in readings if isinstance(r, Skipped)]


@contextmanager
def peak_below(limit: int) -> Iterator[None]:
    """No more than `limit` bytes of memory at any time."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


def zstd(data: bytes) -> bytes:
    library = pytest.importorskip("zstandard")
    return bytes(library.ZstdCompressor().compress(data))


def xz(data: bytes) -> bytes:
    return lzma.compress(data, preset=0)


def make_tar(path: Path, members: dict[str, bytes], mode: str = "w", **options: int) -> Path:
    with tarfile.open(path, mode, **options) as tar:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def noise(size: int, seed: int = 0) -> bytes:
    """Text that packs badly, as news does; the same for the same seed."""
    numbers = range(seed * size, (seed + 1) * size, 9)
    return b" ".join(b"%08x" % (i * 2654435761 % 2**32) for i in numbers)


# Folders


def test_folders_in_order(tmp_path: Path) -> None:
    for name in ["b/2.md", "b/10.md", "a/z/deep.md", "c.md", ".hidden.md", ".git/x.md", "a.jsonl"]:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(line(name) if name.endswith("l") else article(name))
    readings = read(tmp_path)
    assert titles(readings) == ["a.jsonl", "c.md", "a/z/deep.md", "b/10.md", "b/2.md"]
    assert skips(readings) == []
    assert read(tmp_path) == readings
    assert str(readings[0].location) == f"{tmp_path}/a.jsonl, line 1"


def test_paths_in_the_given_order_and_hidden_ones_if_named(tmp_path: Path) -> None:
    for name in ["b", "a", ".c"]:
        (tmp_path / name).write_bytes(article(name))
    assert titles(list(read_paths([tmp_path / n for n in ("b", ".c", "a")]))) == ["b", ".c", "a"]
    assert list(read_paths([])) == []


def test_links_and_special_files(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    target = tmp_path / "target.md"
    target.write_bytes(article("T"))
    (folder / "link.md").symlink_to(target)
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    readings = read(folder)
    assert titles(readings) == []
    assert [reason.split(":")[0] for _, reason in skips(readings)] == [
        "a symbolic link",
        "a symbolic link",
        "not a plain file",
    ]
    assert titles(read(folder / "link.md")) == ["T"], "a link that a person names is followed"
    with pytest.raises(UnreadableInput, match="neither a file nor a folder"):
        read_paths([folder / "pipe"])


def test_a_wrong_path_stops_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(article("a"))
    with pytest.raises(UnreadableInput, match="there is no such file or folder"):
        read_paths([tmp_path / "a", tmp_path / "b"])
    with pytest.raises(UnreadableInput):
        read_paths([tmp_path / ("x" * 300)])
    with pytest.raises(UnreadableInput):
        read_paths([tmp_path / "x\0"])
    with pytest.raises(UnknownFormat):
        read_paths([tmp_path / "a"], options=Options(format="docx"))


def test_names_on_disk_may_hold_any_bytes(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/a\xff\x1b.md"
    Path(os.fsdecode(path)).write_bytes(article("a"))
    [reading] = read(tmp_path)
    assert reading.location.path.encode().endswith("a\ufffd\ufffd.md".encode())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(article("a"))
    (tmp_path / "a").chmod(0)
    assert skips(read(tmp_path)) == [(None, "Permission denied")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty file"),
        (b"%PDF-1.4", "pdftotext"),
        (b"ab\0cd", "unknown format: binary data"),
        (b"caf\xe9", "iconv"),
        (b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "b">]><l>&a;</l>', "XML"),
        (b"<html>" + b"<div>" * 260, "no article"),
    ],
)
def test_files_that_are_not_read(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "x.txt").write_bytes(data)
    [(_, reason)] = skips(read(tmp_path))
    assert words in reason


def test_format_is_forced(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"# No heading\n\nBody")
    assert titles(read(tmp_path, format="text")) == ["# No heading"]


# Archives

MEMBERS = {"a/2.md": article("two"), "a/1.md": article("one"), "b.jsonl": line("x") + line("y")}
MAKERS: dict[str, Callable[[Path, dict[str, bytes]], Path]] = {
    "x.tar": make_tar,
    "x.tar.gz": lambda path, members: make_tar(path, members, "w:gz"),
    "x.tar.bz2": lambda path, members: make_tar(path, members, "w:bz2"),
    "x.tar.xz": lambda path, members: make_tar(path, members, "w:xz", preset=0),
    "x.zip": make_zip,
}
each_archive = pytest.mark.parametrize("name", MAKERS)


@each_archive
def test_archives(tmp_path: Path, name: str) -> None:
    path = MAKERS[name](tmp_path / name, MEMBERS)
    readings = read(path)
    assert titles(readings) == ["two", "one", "x", "y"], "the archive's own order"
    assert skips(readings) == []
    assert str(readings[3].location) == f"{path} > b.jsonl, line 2"
    path.rename(tmp_path / "no-suffix")
    assert titles(read(tmp_path)) == ["two", "one", "x", "y"], "by content, not by name"


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_with_long_names(tmp_path: Path, format: int) -> None:
    name = "/".join(["folder-of-some-length"] * 7) + "/ä.md"
    with tarfile.open(tmp_path / "x.tar", "w", format=format) as tar:
        for each in (name, "b.md"):
            info = tarfile.TarInfo(each)
            info.size = len(article("a"))
            tar.addfile(info, io.BytesIO(article("a")))
    readings = read(tmp_path)
    assert [r.location.member for r in readings] == [name, "b.md"]
    assert titles(readings) == ["a", "a"]


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, xz, zstd])
def test_single_compressed_file(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    (tmp_path / "a.jsonl.z").write_bytes(compress(line("x") + b"broken\n" + line("y")))
    readings = read(tmp_path)
    assert titles(readings) == ["x", "y"]
    assert readings[1].location.line == 2


def test_gzip_of_several_members(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(line("x")) + gzip.compress(line("y")))
    assert titles(read(tmp_path)) == ["x", "y"]


@each_archive
def test_what_is_ignored_or_skipped_in_archives(tmp_path: Path, name: str) -> None:
    members = {
        "ok.md": article("ok"),
        ".hidden.md": article("hidden"),
        "._ok.md": b"\0\5\x16\7",
        "__MACOSX/ok.md": b"\0",
        "./dot/slash.md": article("slash"),
        "../../etc/passwd": article("up"),
        "a/../../up.md": article("up"),
        "/abs.md": article("abs"),
        "C:\\win.md": article("win"),
        "..\\win.md": article("win"),
        "empty.md": b"",
        "bin.md": b"\0\1",
        "inner.gz": gzip.compress(article("inner")),
        "inner.zip": b"PK\x03\x04" + b"\0" * 100,
        "inner.tar": make_tar(tmp_path / "t", MEMBERS).read_bytes(),
        "esc\x1b[31m.md": article("esc"),
    }
    (tmp_path / "t").unlink()
    MAKERS[name](tmp_path / name, members)
    readings = read(tmp_path)
    assert titles(readings) == ["ok", "slash", "up", "up", "abs", "win", "win", "inner", "two", "one", "x", "y", "esc"]
    assert [r.location.member for r in readings if isinstance(r, ParsedArticle)][1:7] == [
        "dot/slash.md", "etc/passwd", "a/up.md", "abs.md", "win.md", "win.md",
    ]  # fmt: skip
    assert readings[-1].location.member == "esc\ufffd[31m.md"
    assert [reason.split(":")[0] for _, reason in skips(readings)] == [
        "empty file",
        "unknown format",
        "damaged or truncated",
    ]
    assert sorted(p.name for p in tmp_path.iterdir()) == [name], "nothing is written"


@each_archive
@pytest.mark.parametrize("inner", MAKERS)
def test_an_archive_in_an_archive_is_opened_once(tmp_path: Path, name: str, inner: str) -> None:
    (tmp_path / "made").mkdir()
    day = MAKERS[inner](tmp_path / "made" / "day", MEMBERS).read_bytes()
    month = MAKERS[inner](tmp_path / "made" / "month", {"day": day}).read_bytes()
    path = MAKERS[name](tmp_path / name, {"day": day, "month": month, "z.md": article("z")})
    readings = read(path)
    assert titles(readings) == ["two", "one", "x", "y", "z"]
    assert str(readings[0].location) == f"{path} > day > a/2.md"
    assert skips(readings) == [
        ("month > day", "an archive in an archive in an archive is not opened; unpack the outer one first")
    ]


def test_what_is_compressed_twice_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(gzip.compress(line("x"))))
    assert skips(read(tmp_path)) == [(None, "compressed twice; unpack it once first")]


def test_a_nested_bomb_ends_at_its_limit(tmp_path: Path) -> None:
    bomb = make_zip(tmp_path / "b", {"a.jsonl": line("a") * 20_000}).read_bytes()
    (tmp_path / "b").unlink()
    path = make_zip(tmp_path / "x.zip", {"ok.md": article("ok"), "bomb.zip": bomb, "z.md": article("z")})
    readings = read(path, Limits(ratio=20, ratio_from_bytes=100_000))
    assert titles(readings)[-1] == "z"
    assert "decompression bomb" in skips(readings)[-1][1]


def test_tar_members_that_are_no_plain_files(tmp_path: Path) -> None:
    kinds = {
        "sym": (tarfile.SYMTYPE, "a symbolic link (to /etc/passwd): not followed"),
        "hard": (tarfile.LNKTYPE, "a hard link: /etc/passwd is in the archive itself"),
        "fifo": (tarfile.FIFOTYPE, "not a plain file"),
        "chr": (tarfile.CHRTYPE, "not a plain file"),
        "blk": (tarfile.BLKTYPE, "not a plain file"),
    }
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        for name, (kind, _) in kinds.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        info = tarfile.TarInfo("z.md")
        info.size = len(article("z"))
        tar.addfile(info, io.BytesIO(article("z")))
    readings = read(tmp_path)
    assert skips(readings) == [(name, reason) for name, (_, reason) in kinds.items()]
    assert titles(readings) == ["z"]


def test_zip_members_that_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("link.md")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("folder/", "")
        archive.writestr("secret.md", article("secret"))
        archive.writestr("damaged.md", article("damaged"))
        archive.writestr("z.md", article("z"))
    data = path.read_bytes()
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"secret.md"))
    data = data[: at + 8] + b"\1\0" + data[at + 10 :]  # the flag "encrypted"
    data = data.replace(b"The body of damaged", b"The BODY of damaged", 1)
    path.write_bytes(data)
    readings = read(path)
    assert titles(readings) == ["z"]
    assert [(name, reason.split(":")[0].split(";")[0]) for name, reason in skips(readings)] == [
        ("link.md", "a symbolic link"),
        ("secret.md", "encrypted"),
        ("damaged.md", "damaged zip archive (Bad CRC-32 for file 'damaged.md')"),
    ]


def test_office_documents_are_one_skip(tmp_path: Path) -> None:
    members = {"[Content_Types].xml": b"<?xml?>", "word/document.xml": b"<?xml?>"}
    make_zip(tmp_path / "x.docx", members)
    assert skips(read(tmp_path)) == [
        (None, "unknown format: an office document, book or program; save it as plain text")
    ]


# Broken off


@pytest.mark.parametrize("name", [name for name in MAKERS if "tar" in name])
def test_truncated_tar_gives_what_is_whole(tmp_path: Path, name: str) -> None:
    members = {f"{i}.md": article(f"t{i}") + noise(100_000, i) for i in range(50)}
    path = MAKERS[name](tmp_path / name, members)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    readings = read(path)
    found = titles(readings)
    assert found == [f"t{i}" for i in range(len(found))]
    [(member, reason)] = skips(readings)
    assert member is None
    assert f"stopped at {len(found)}.md: truncated" in reason
    assert 10 <= len(found) <= 27, "bzip2 unpacks in blocks of 900 kB"


def test_truncated_tar_loses_no_whole_line(tmp_path: Path) -> None:
    lines = b"".join(line(f"line {i}") for i in range(30_000))
    path = make_tar(tmp_path / "x.tar", {"a.jsonl": lines})
    path.write_bytes(path.read_bytes()[: 512 + lines.index(line("line 12345")) + 5])
    readings = read(path)
    assert titles(readings)[-1] == "line 12344"
    [(_, reason)] = skips(readings)
    assert "stopped at a.jsonl: truncated" in reason


@pytest.mark.parametrize("cut", [512 + 3, 1024 + 100, 1024, 2048])
def test_tar_cut_anywhere_is_noticed(tmp_path: Path, cut: int) -> None:
    path = make_tar(tmp_path / "x.tar", {"a.md": article("a"), "b.md": article("b")})
    path.write_bytes(path.read_bytes()[:cut])
    assert len(skips(read(path))) == 1, "tarfile alone takes most of these for the end"


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, xz])
def test_truncated_single_file(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    lines = [line(noise(500, i).decode()) for i in range(5_000)]
    data = compress(b"".join(lines))
    (tmp_path / "x").write_bytes(data[: len(data) * 9 // 10])
    readings = read(tmp_path)
    [(_, reason)] = skips(readings)
    assert reason.startswith("truncated")
    assert len(titles(readings)) > 1_000
    assert isinstance(readings[-1], Skipped)


def test_truncated_zip_says_how_to_repair_it(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", MEMBERS)
    path.write_bytes(path.read_bytes()[:-30])
    [(_, reason)] = skips(read(path))
    assert reason.startswith("damaged or truncated")
    assert "zip -FF" in reason


@pytest.mark.parametrize("data", [b"\x1f\x8b", b"\x1f\x8b\x08\0garbage", b"\xfd7zXZ\x00garbage"])
def test_damaged_from_the_first_byte(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    assert len(skips(read(tmp_path))) == 1


# Bombs


def gzip_bomb(path: Path) -> None:
    with gzip.open(path, "wb", 9) as file:
        for _ in range(300):
            file.write(b"a" * (1 << 20))


def bzip2_bomb(path: Path) -> None:
    path.write_bytes(bz2.compress(b"a" * (100 << 20)))


def zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jsonl", b"a" * (200 << 20))


def tar_bomb(path: Path) -> None:
    with tarfile.open(path, "w:gz") as tar:
        info = tarfile.TarInfo("a.jsonl")
        info.size = 200 << 20
        tar.addfile(info, io.BytesIO(b"a" * info.size))


@pytest.mark.parametrize("make", [gzip_bomb, bzip2_bomb, zip_bomb, tar_bomb])
@pytest.mark.parametrize("format", ["jsonl", "text"])
def test_bombs(tmp_path: Path, make: Callable[[Path], None], format: str) -> None:
    make(tmp_path / "bomb")
    limits = Limits(record_bytes=1 << 30)  # so that nothing but the ratio can stop it
    start = time.perf_counter()
    with peak_below(200 << 20):
        [(_, reason)] = skips(read(tmp_path, limits, format=format))
    assert "more than 200 times its size, the limit" in reason
    assert time.perf_counter() - start < 5


def test_tar_header_bomb(tmp_path: Path) -> None:
    """tarfile would read a long name of a gigabyte into memory."""
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1 << 30
    with (tmp_path / "x.tar").open("wb") as file:
        file.write(info.tobuf(tarfile.GNU_FORMAT))
        file.truncate(1 << 30)
    with peak_below(20 << 20):
        [(_, reason)] = skips(read(tmp_path))
    assert "a header of 1,073,741,824 bytes" in reason


def test_tar_headers_without_end(tmp_path: Path) -> None:
    info = tarfile.TarInfo("././@PaxHeader")
    info.type, info.size = tarfile.XHDTYPE, 10
    header = info.tobuf(tarfile.USTAR_FORMAT) + b"10 a=bcde\n".ljust(512, b"\0")
    (tmp_path / "x.tar").write_bytes(header * 5_000)
    [(_, reason)] = skips(read(tmp_path))
    assert reason.startswith("stopped at its first member: damaged")


def test_tar_member_of_negative_size(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w", format=tarfile.PAX_FORMAT) as tar:
        info = tarfile.TarInfo("a.md")
        info.pax_headers = {"size": "-1024"}
        tar.addfile(info)
        tar.addfile(tarfile.TarInfo("b.md"))
    assert skips(read(tmp_path))


def test_zip_whose_members_overlap(tmp_path: Path) -> None:
    """One compressed body listed a thousand times: 1:100 each, 1:100,000 together."""
    body = noise(20_000) * 40
    path = make_zip(tmp_path / "x.zip", {"a.md": body})
    with zipfile.ZipFile(path) as archive:
        directory = archive.start_dir
    data = path.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    entry = data[directory:end]
    count = 1000
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entry) * count, directory, 0)
    path.write_bytes(data[:directory] + entry * count + tail)
    limits = Limits(ratio_from_bytes=1 << 20, record_bytes=100)
    start = time.perf_counter()
    reasons = [reason for _, reason in skips(read(path, limits))]
    assert "more than 200 times its size" in reasons[-1] or "Overlapped" in reasons[-1]
    assert time.perf_counter() - start < 5


# Limits


@each_archive
def test_member_limit(tmp_path: Path, name: str) -> None:
    members = {"a.jsonl": line("a") * 100, "b.md": article("b")}
    MAKERS[name](tmp_path / name, members)
    readings = read(tmp_path, Limits(member_bytes=1000))
    assert titles(readings) == ["b"]
    assert skips(readings) == [
        ("a.jsonl", "longer than 1,000 bytes, the limit for a member"),
    ]


@each_archive
def test_archive_limits(tmp_path: Path, name: str) -> None:
    members = {f"{i}.md": article(str(i)) + noise(5_000) for i in range(20)}
    MAKERS[name](tmp_path / name, members)
    few = read(tmp_path, Limits(archive_members=3))
    assert titles(few) == ["0", "1", "2"]
    assert "more than 3 members, the limit" in skips(few)[0][1]
    short = read(tmp_path, Limits(archive_bytes=40_000))
    assert 0 <= len(titles(short)) < 10
    assert "longer than 40,000 bytes unpacked, the limit" in skips(short)[0][1]


def test_single_file_limits(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(line("x") * 10_000))
    readings = read(tmp_path, Limits(member_bytes=100_000))
    assert "longer than 100,000 bytes unpacked, the limit" in skips(readings)[0][1]
    (tmp_path / "a.gz").unlink()
    (tmp_path / "a.jsonl").write_bytes(line("x") + line("y" * 1000) + line("z"))
    readings = read(tmp_path, Limits(record_bytes=500))
    assert titles(readings) == ["x", "z"]
    assert skips(readings) == [(None, "longer than 500 bytes, the limit for one article")]


def test_many_members_in_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    info = tarfile.TarInfo("a.bin")
    with path.open("wb") as file:
        for i in range(5_000):
            info.name = f"{i}.md"
            file.write(info.tobuf())
        file.write(bytes(1024))
    readings = read_paths([path])
    next(readings)
    with peak_below(2 << 20):
        assert sum(1 for _ in readings) == 4_999


# Progress


def test_progress_adds_up(tmp_path: Path) -> None:
    for name, make in MAKERS.items():
        make(tmp_path / name, MEMBERS)
    (tmp_path / "plain.jsonl").write_bytes(line("x") * 10_000)
    (tmp_path / "cut.gz").write_bytes(gzip.compress(noise(100_000))[:-100])
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "link").symlink_to("plain.jsonl")
    reported: list[int] = []
    assert list(read_paths([tmp_path], on_bytes=reported.append))
    assert sum(reported) == total_bytes([tmp_path]) > 100_000
    assert min(reported) > 0
    assert len(reported) > 6
    with pytest.raises(UnreadableInput):
        total_bytes([tmp_path / "nothing"])


# Whatever comes


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("samples")
    return {name: make(folder / name, MEMBERS).read_bytes() for name, make in MAKERS.items()}


@pytest.mark.parametrize("name", MAKERS)
@given(st.data())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_anywhere_gives_only_readings(
    samples: dict[str, bytes], tmp_path: Path, name: str, data: st.DataObject
) -> None:
    damaged = bytearray(samples[name])
    for at in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=4)):
        damaged[at] = data.draw(st.integers(0, 255))
    path = tmp_path / "x"
    path.write_bytes(damaged[: data.draw(st.integers(1, len(damaged)))])
    for reading in read(path):
        assert str(reading.location).encode()


# The real shape


@pytest.fixture(scope="module")
def samples_read(sample_path: Path) -> list[ParsedArticle]:
    """The sample archive, an article a file."""
    readings = read(sample_path)
    found = [reading for reading in readings if isinstance(reading, ParsedArticle)]
    assert len(found) == len(readings)
    return found


def test_an_exported_article_comes_with_all_its_parts(samples_read: list[ParsedArticle]) -> None:
    first = samples_read[0]
    assert first.notes == ()
    assert first.article.title == "A Former Signal Box in Dunmarrow Becomes a 14-Seat Restaurant"
    assert str(first.article.published) == "2024-01-13"
    assert len(first.article.text.split("\n\n")) == 5
    assert "$31,000" in first.article.text
    assert first.article.url == ("https://dunmarrowpost.example/living/a-former-signal-box-in-dunmarrow-becomes-a")


def test_every_file_of_the_sample_archive_is_read_as_its_truth_says(
    sample_path: Path, samples_read: list[ParsedArticle]
) -> None:
    truth = [json.loads(row) for row in (sample_path.parent / "truth.jsonl").read_text("utf-8").splitlines()]
    assert len(samples_read) == len(truth) == 62
    assert {
        Path(found.location.path).name: (found.article.url, str(found.article.published or "")[:10] or None)
        for found in samples_read
    } == {row["file"]: (row["url"], row["published"]) for row in truth}
    assert sorted(note for found in samples_read for note in found.notes) == ["no date line", "no original url"]


def test_a_packed_archive_gives_the_same_articles(
    tmp_path: Path, sample_path: Path, samples_read: list[ParsedArticle]
) -> None:
    members = {path.name: path.read_bytes() for path in sorted(sample_path.iterdir())}
    readings = read(make_tar(tmp_path / "x.tar.gz", members, "w:gz"))
    assert skips(readings) == []
    assert [(r.article, r.notes) for r in readings if isinstance(r, ParsedArticle)] == [
        (found.article, found.notes) for found in samples_read
    ]
    assert [r.location.member for r in readings] == [Path(found.location.path).name for found in samples_read]

"""A file in which one order of day and month is impossible decides for its other dates."""

import io
import json
import tarfile
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import pytest

from corpus.fields.records import FieldRules
from corpus.readers.base import Options, ParsedArticle
from corpus.readers.files import read_paths, total_bytes


def lines(dates: Iterable[str], text: str = "Some words of a text.") -> bytes:
    return b"".join(json.dumps({"id": f"i{n}", "text": text, "published": date}).encode() + b"\n"
                    for n, date in enumerate(dates))  # fmt: skip


def read(path: Path, **rules: object) -> list[ParsedArticle]:
    found = list(read_paths([path], options=Options(rules=FieldRules(**rules))))  # type: ignore[arg-type]
    assert all(isinstance(reading, ParsedArticle) for reading in found)
    return found  # type: ignore[return-value]


def days(found: Iterable[ParsedArticle]) -> list[str | None]:
    return [str(reading.article.published) if reading.article.published else None for reading in found]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["03/04/2017", "25/04/2017"], ["2017-04-03", "2017-04-25"]),
        (["25-04-2017 10:00", "03-04-17"], ["2017-04-25T10:00:00Z", "2017-04-03"]),
        (["03/04/2017", "05/05/2017", "04/25/2017"], ["2017-03-04", "2017-05-05", "2017-04-25"]),
        (["03/04/2017", "Mon 04/03/2024"], ["2017-04-03", "2024-03-04"]),
        (["03/04/2017", "12/11/2017"], [None, None]),
        (["03/04/2017", "25.04.2017", "2017-04-25", "25 April 2017"], [None, *["2017-04-25"] * 3]),
        (["03/04/2017", "25/04/2017", "04/25/2017"], [None, "2017-04-25", "2017-04-25"]),
    ],
)
def test_one_date_that_is_possible_in_one_order_decides(
    tmp_path: Path, dates: list[str], expected: list[str | None]
) -> None:
    (file := tmp_path / "a.jsonl").write_bytes(lines(dates))
    found = read(file)
    assert days(found) == expected
    for reading in found:
        assert ("no date" in reading.notes) == (reading.article.published is None)


def test_what_a_file_decided_and_what_it_could_not_is_said(tmp_path: Path) -> None:
    (file := tmp_path / "a.jsonl").write_bytes(lines(["03/04/2017", "25/04/2017"]))
    assert "day before month in its date, as in others of its file" in read(file)[0].notes
    file.write_bytes(lines(["03/04/2017", "25/04/2017", "04/25/2017"]))
    notes = " ".join(read(file)[0].notes)
    assert "'03/04/2017' can be read as two dates; say --dates dmy or --dates mdy" in notes
    assert "its file has dates in both orders" in notes


def test_what_the_user_says_comes_before_the_file(tmp_path: Path) -> None:
    (file := tmp_path / "a.jsonl").write_bytes(lines(["03/04/2017", "25/04/2017"]))
    assert days(read(file, dates="mdy")) == ["2017-03-04", "2017-04-25"]


def test_each_file_decides_for_itself(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(["03/04/2017", "25/04/2017"]))
    (tmp_path / "b.jsonl").write_bytes(lines(["03/04/2017", "04/25/2017"]))
    (tmp_path / "c.jsonl").write_bytes(lines(["03/04/2017"]))
    assert days(read(tmp_path)) == ["2017-04-03", "2017-04-25", "2017-03-04", "2017-04-25", None]


def tar(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def test_members_of_an_archive_decide_for_themselves_and_else_together(tmp_path: Path) -> None:
    markdown = "# A headline\n\n{}\n\nSome words of a text.\n"
    one_each = {f"{n}.md": markdown.format(date).encode() for n, date in enumerate(("03/04/2017", "25/04/2017"))}
    assert days(read(tar(tmp_path / "a.tar.gz", one_each))) == ["2017-04-03", "2017-04-25"]
    both = {"uk.jsonl": lines(["03/04/2017", "25/04/2017"]), "us.jsonl": lines(["03/04/2017", "04/25/2017"])}
    found = days(read(tar(tmp_path / "b.tar.gz", both | {"c.jsonl": lines(["03/04/2017"])})))
    assert found == ["2017-04-03", "2017-04-25", "2017-03-04", "2017-04-25", None]


def test_the_file_is_read_again_only_where_an_order_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from corpus.readers import files

    opened: list[str] = []
    counted = files.CountedFile

    def spy(path: Path, *rest: object) -> object:
        opened.append(path.name)
        return counted(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "CountedFile", spy)
    (tmp_path / "a.jsonl").write_bytes(lines(["2017-04-03", "25/04/2017", "3 April 2017", "yesterday", ""]))
    (tmp_path / "b.jsonl").write_bytes(lines(["03/04/2017", "04/03/2017", "25/04/2017", "05/06/2017"]))
    read(tmp_path)
    assert opened == ["a.jsonl", "b.jsonl", "b.jsonl"]


def test_bytes_are_counted_once(tmp_path: Path) -> None:
    (file := tmp_path / "a.jsonl").write_bytes(lines(["03/04/2017", "25/04/2017"]))
    seen: list[int] = []
    list(read_paths([file], on_bytes=seen.append))
    assert sum(seen) == total_bytes([file])


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        file = tmp_path / f"{count}.jsonl"
        file.write_bytes(lines((f"{n % 12 + 1:02}/04/2017" for n in range(count)), text="Some words of a text. " * 400))
        tracemalloc.start()
        for _ in read_paths([file]):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(20)  # what is loaded once
    assert peak(400) < peak(40) + 1_000_000  # of 3.5 MB in the file

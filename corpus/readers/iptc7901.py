"""IPTC 7901 and ANPA 1312, the formats of agencies' wires before XML: control characters around header, text, date."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .jsonl import too_long
from .xml_text import filled

_SOH, _STX, _ETX = b"\x01", b"\x02", b"\x03"
_SYNCHRONISATION = b"\x16\x00\r\n \t"
_HEADER_MAX = 600
_TRAILER_MAX = 200
"""Characters behind a text that are searched for its date."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")
_ANPA_LINE = re.compile(r"\^(?P<text>.*?)<?\s*")
_SLUG = re.compile(r"(?:am|pm|bc)-|[A-Z]{1,3}-{1,2}", re.I)
_CREDIT = re.compile(r"[^()\n]{2,60}\((?P<agency>[A-Za-z][\w./ -]{1,20})\)\.? ?[-\u2013\u2014_]")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n|\n(?=\t|\s{2,})")
_DATE = re.compile(
    r"(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d) *(?P<zone>[A-Z]{1,4})? +(?P<month>[^\W\d]{3,9})\.? +(?P<year>\d{2,4})"
)
_ANPA_DATE = re.compile(
    r"-(?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d{2,4}) (?P<hour>\d\d)(?P<minute>\d\d)(?P<zone>[A-Z]{3,4})?"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan ene", "feb fev fév", "mar mär mrz", "apr abr avr", "may mai maj mei mag", "jun jui", "jul lug",
         "aug ago aoû", "sep set", "oct okt out ott", "nov", "dec dez déc dic"), 1
    )
    for name in names.split()
}  # fmt: skip
_ZONES = {"MEZ": "+01:00", "MESZ": "+02:00", "GMT": "Z", "UTC": "Z", "Z": "Z", "CET": "+01:00", "CEST": "+02:00",
          "EST": "-05:00", "EDT": "-04:00", "BST": "+01:00"}  # fmt: skip


class Iptc7901:
    """Each message of the file; one without its end is skipped."""

    name = "iptc7901"

    def recognises(self, head: bytes, name: str) -> int:
        """By the control characters that open a message."""
        start = head.lstrip(_SYNCHRONISATION)
        header, stx, _ = start[:_HEADER_MAX].partition(_STX)
        is_wire = start.startswith(_SOH) and stx and any(48 <= byte <= 122 for byte in header)
        return 96 if is_wire else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article, or a skip that says why there is none, for each message."""
        nothing = True
        for line, message in _messages(stream, options.limits.record_bytes):
            nothing = False
            here = SourceLocation(location.path, location.member, line)
            if message is None:
                yield Skipped(here, too_long(options.limits))
            elif _STX not in message or _ETX not in message:
                yield Skipped(here, "cut off: a message without the beginning or the end of its text; get it again")
            else:
                text, notes = _decoded(message)
                yield reading_of(filled(_fields(text)), here, options, self.name, notes)
        if nothing:
            yield Skipped(location, "there is no message in it")


def _messages(stream: BinaryIO, longest: int) -> Iterator[tuple[int, bytes | None]]:
    """The messages with the lines that they begin in; None for one longer than `longest` bytes."""
    buffer, line, long = b"", 1, False
    chunk = b" "
    while chunk:
        chunk = stream.read(1 << 16)
        *whole, buffer = (buffer + chunk).split(_SOH)
        if not chunk:
            whole, buffer = [*whole, buffer], b""
        for message in whole:
            if long or len(message) > longest:
                yield line, None
            elif message.strip(_SYNCHRONISATION):
                yield line, message
            line += message.count(b"\n")
            long = False
        if len(buffer) > longest:
            line += buffer.count(b"\n")
            buffer, long = b"", True


def _decoded(message: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        return message.decode(), ()
    except UnicodeDecodeError:
        return message.decode("cp1252", "replace"), ("read as windows-1252",)


def _fields(text: str) -> dict[str, object]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _, _, rest = text.partition("\x02")
    body, _, after = rest.partition("\x03")
    title, author, lines = _headed(_CONTROL.sub("", body).strip("\n").split("\n"))
    paragraphs = [" ".join(each.split()) for each in _PARAGRAPH.split("\n".join(lines))]
    full = "\n\n".join(filter(None, paragraphs))
    credit = _CREDIT.match(full)
    return {
        "title": title,
        "text": full,
        "author": author,
        "source": credit["agency"] if credit else "",
        "published": _date(_CONTROL.sub("", after[:_TRAILER_MAX])),
    }


def _headed(lines: list[str]) -> tuple[str, str, list[str]]:
    """Headline, byline, and the lines of the text: `=` closes a headline; in ANPA `^` and `<` enclose each line."""
    marked = [found["text"].strip() for line in lines if (found := _ANPA_LINE.fullmatch(line)) and found["text"]]
    if marked:
        rest = [line for line in lines if not line.startswith("^")]
        author = next((line for line in marked if line.lower().startswith("by ")), "")
        titles = [line for line in marked if line != author and not _SLUG.match(line)]
        return (titles or marked)[0], author, rest
    closes = max((i for i, line in enumerate(lines[:8]) if line.rstrip().endswith("=")), default=-1)
    if closes < 0:
        first = next((i for i, line in enumerate(lines) if line.strip()), 0)
        short = first + 1 < len(lines) and not lines[first + 1].strip() and len(lines[first]) < 120
        return (lines[first].strip(), "", lines[first + 1 :]) if short else ("", "", lines)
    head = [line.strip().rstrip("=").strip() for line in lines[: closes + 1]]
    named = [line for line in head if line and not line.endswith("/")]
    return " ".join(named or head[-1:]), "", lines[closes + 1 :]


def _date(after: str) -> str:
    """The day, and the hour where its zone is stated."""
    found = _DATE.search(after) or _ANPA_DATE.search(after)
    if not found:
        return ""
    month = int(found["month"]) if found["month"].isdigit() else _MONTHS.get(found["month"][:3].lower(), 0)
    year = int(found["year"])
    year += (1900 if year >= 70 else 2000) if year < 100 else 0
    day = f"{year:04}-{month:02}-{found['day']}"
    zone = _ZONES.get(found["zone"] or "", "")
    return f"{day}T{found['hour']}:{found['minute']}:00{zone}" if zone else day

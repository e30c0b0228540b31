"""E-mail: one message (`.eml`), a mailbox of any length (mbox), a page that a browser saved as MHTML.

Newsletters and lists of journalists' desks. The subject is the title, the sender the author, the list or the sender the
source. Attachments are named and not read. Nothing that a header holds may raise: mailboxes are full of spam.
"""

import email.header
import email.parser
import email.utils
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ..markup import plain_text
from ..text import squeeze
from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .decoding import encoding_of
from .html import decoded, page_reading

Message = Any
"""A message or a part of one, as the standard library has it."""

_FROM_LINE = re.compile(rb"From (?:\S+.*)?\b\d{1,2}:\d{2}(?::\d{2})?\b.*|From - .*\d{4}.*|From \S+@\S+.*\d{4}.*")
_HEADER = re.compile(r"([!-9;-~]+):(?:[ \t]|$)")
_KNOWN = frozenset(
    "from to cc subject date message-id received return-path delivered-to mime-version content-type reply-to sender"
    " content-transfer-encoding list-id list-unsubscribe x-mailer dkim-signature in-reply-to references".split()
)
_SURE = frozenset(("received", "return-path", "delivered-to", "message-id", "mime-version", "dkim-signature"))
_ADDRESSES = ("Archived-At", "Snapshot-Content-Location", "Content-Base", "X-RSS-URL", "X-RSS-Link", "Content-Location")
"""Headers with the address of what the message holds: RFC 5064, browsers' MHTML, Thunderbird's and others' feeds."""
_STUB = 200
"""Characters. A plain text shorter than this beside ten times as much HTML says only where to read the letter."""
_PARTS_MOST = 1_000
_FORWARD = re.compile(r"^(?:(?:fwd?|wg|tr|rv|enc|i)\s*:\s*)+", re.I)
_LIST_PREFIX = re.compile(r"^\[[^\[\]]{1,40}\]\s+(?=\S)")


class Mail:
    """The messages of a file."""

    name = "mail"

    def recognises(self, head: bytes, name: str) -> int:
        """By the line that begins an mbox, or by the headers of a message."""
        if _FROM_LINE.fullmatch(head.split(b"\n", 1)[0].rstrip()):
            return 90 if _certainty(head.split(b"\n", 1)[-1]) else 0
        return _certainty(head)

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article or a skip for each message."""
        for number, data, cut in _messages(stream, options.limits.record_bytes):
            here = SourceLocation(location.path, location.member, number)
            notes = (f"longer than {options.limits.record_bytes:,} bytes: what follows was not read",) if cut else ()
            try:
                yield _reading(data, here, options, notes)
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError) as error:
                yield Skipped(here, f"a message that cannot be taken apart ({type(error).__name__}: {error})"[:300])


def _certainty(head: bytes) -> int:
    encoding = encoding_of(head)
    text = head.decode(encoding, "replace") if encoding != "utf-8" else head.decode("latin-1")
    names: list[str] = []
    for line in text.lstrip("\ufeff\r\n\t ").splitlines()[:200]:
        if line[:1] in " \t" and names:
            continue
        match = _HEADER.match(line)
        if not match:
            break
        names.append(match[1].lower())
    known = _KNOWN & set(names)
    if known & _SURE and len(known) >= 2:
        return 90
    return 85 if {"from", "subject"} <= known and len(known) >= 3 else 0


def _messages(stream: BinaryIO, longest: int) -> Iterator[tuple[int, bytes, bool]]:
    """(line, message, whether it was cut at the limit) of each; an `.eml` is a mailbox of one."""
    lines: list[bytes] = []
    start, length, cut, blank = 1, 0, False, True
    number = 0
    complete = True  # whether the last piece ended its line
    mbox = False
    while line := stream.readline(1 << 16):
        number += complete
        begins = complete and blank and line.startswith(b"From ") and _FROM_LINE.fullmatch(line.rstrip()) is not None
        if begins and (mbox or number == 1):
            if any(map(bytes.strip, lines)):
                yield start, b"".join(lines), cut
            lines, start, length, cut, mbox = [], number, 0, False, True
        else:
            length += len(line)
            if mbox and complete and line.startswith(b">") and line.lstrip(b">").startswith(b"From "):
                line = line[1:]
            if length <= longest:
                lines.append(line)
            else:
                cut = True
        blank = complete and not line.strip()
        complete = line.endswith(b"\n")
    if any(map(bytes.strip, lines)):
        yield start, b"".join(lines), cut
    elif number and not mbox:
        yield 1, b"", False


def _reading(data: bytes, location: SourceLocation, options: Options, notes: tuple[str, ...]) -> Reading:
    encoding = encoding_of(data)
    if encoding != "utf-8":
        data = data.decode(encoding, "replace").encode()
    message = email.parser.BytesParser().parsebytes(data.lstrip())
    parts = list(_parts(message))
    plain, page = _text_of(parts, "text/plain", options), _page_of(parts)
    if _is_mhtml(message) and page is not None:
        url = _address(message) or _address(page)
        return page_reading(
            _payload(page), location, options, Mail.name, content_type=_content_type(page), url=url, notes=notes
        )
    text = plain
    more: tuple[str, ...] = ()
    if page is not None and (not plain.strip() or len(plain) < _STUB):
        html, more = decoded(_payload(page), options, _content_type(page))
        rich = plain_text(html)
        text = rich if not plain.strip() or len(rich) > 10 * len(plain) else plain
    names = [name for part in parts if (name := _attachment(part))]
    if names:
        more = (*more, f"attachments not read: {', '.join(names)[:200]}")
    if not text.strip():
        return Skipped(location, f"a message without a text{f' ({more[-1]})' if names else ''}")
    return reading_of({**_fields(message), "text": text}, location, options, Mail.name, (*notes, *more))


def _parts(message: Message, depth: int = 0) -> Iterator[Message]:
    """The leaves of a message, those of messages within it left out."""
    waiting: list[Any] = [message]
    for _ in range(_PARTS_MOST):
        if not waiting:
            return
        part = waiting.pop()
        inner = part.get_payload()
        if isinstance(inner, list) and (part is message or part.get_content_maintype() != "message"):
            waiting.extend(reversed(inner))
        else:
            yield part


def _attachment(part: Message) -> str:
    """The name of a part that is no text of the message; "" for one that is."""
    name = (
        decoded_header(part.get_filename() or "") if part.get("Content-Disposition") or part.get("Content-Type") else ""
    )
    disposition = str(part.get("Content-Disposition", "")).lstrip().lower()
    if part.get_content_maintype() == "text" and not (disposition.startswith("attachment") or (name and disposition)):
        return ""
    if part.get_content_maintype() == "message":
        return name or "a message"
    return name or (part.get_content_type() if part.get_content_maintype() != "multipart" else "")


def _text_of(parts: list[Message], kind: str, options: Options) -> str:
    """All texts of a kind that are no attachments."""
    found = []
    for part in parts:
        if part.get_content_type() == kind and not _attachment(part):
            text = _decoded_text(_payload(part), part, options)
            if str(part.get_param("format", "")).lower() == "flowed":
                text = _unwrapped(text, del_sp=str(part.get_param("delsp", "")).lower() == "yes")
            found.append(text.replace("\r\n", "\n").replace("\r", "\n").strip())
    return "\n\n".join(filter(None, found))


def _page_of(parts: list[Message]) -> Message | None:
    return next(
        (p for p in parts if p.get_content_type() in ("text/html", "application/xhtml+xml") and not _attachment(p)),
        None,
    )


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    raw = part.get_payload()
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _content_type(part: Message) -> str:
    charset = part.get_param("charset", "")
    charset = charset[2] if isinstance(charset, tuple) else charset
    return f"text/html; charset={charset}" if charset else ""


def _decoded_text(data: bytes, part: Message, options: Options) -> str:
    """The characters of a text: in the charset that it states, where that is known, else as its letters look."""
    from w3lib.encoding import resolve_encoding

    from .html import guessed_encoding

    charset = part.get_param("charset", "")
    charset = charset[2] if isinstance(charset, tuple) else charset
    label = str(charset).strip().lower()
    known = "ascii" if label in ("ascii", "us-ascii") else resolve_encoding(label) if label else None
    return data.decode(options.encoding or _fitting(data, known) or guessed_encoding(data), "replace")


def _fitting(data: bytes, encoding: str | None) -> str | None:
    """The stated encoding, unless it is one of ASCII or UTF-8 that the text is not in."""
    if encoding in ("ascii", "utf-8"):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return None
        return "utf-8"
    return encoding


def _unwrapped(text: str, *, del_sp: bool) -> str:
    """Text of RFC 3676: a line that ends in a space goes on in the next."""
    lines = text.replace("\r\n", "\n").split("\n")
    out: list[str] = []
    going_on = False
    for line in lines:
        line = line.removeprefix(" ")
        if going_on and out:
            out[-1] += line
        else:
            out.append(line)
        going_on = line.endswith(" ") and line != "-- "
        if going_on and del_sp:
            out[-1] = out[-1][:-1]
    return "\n".join(out)


def _fields(message: Message) -> dict[str, object]:
    """The headers, under the names of `corpus.fields`."""
    name, address = _person(message, "From", "Sender", "Reply-To")
    title = squeeze(decoded_header(_get(message, "Subject")))
    listed = decoded_header(_get(message, "List-Id")).partition("<")[0].strip(' "')
    domain = address.rpartition("@")[2]
    fields: dict[str, object] = {
        "id": _get(message, "Message-ID").strip().strip("<>"),
        "title": _FORWARD.sub("", _LIST_PREFIX.sub("", title) if listed else title),
        "published": squeeze(re.sub(r"\s*\([^()]*\)\s*$", "", _get(message, "Date"))),
        "author": name,
        "source": squeeze(listed) or name or domain,
        "language": decoded_header(_get(message, "Content-Language")).split(",")[0].strip(),
        "url": _address(message),
    }
    return {key: value for key, value in fields.items() if value}


def _person(message: Message, *headers: str) -> tuple[str, str]:
    for header in headers:
        raw = _get(message, header)
        if raw:
            name, address = email.utils.parseaddr(raw)
            return squeeze(decoded_header(name)).strip("'\""), address
    return "", ""


def _address(message: Message) -> str:
    found = (squeeze(decoded_header(_get(message, name))).strip("<>") for name in _ADDRESSES)
    return next((url for url in found if url.lower().startswith(("http://", "https://"))), "")


def _is_mhtml(message: Message) -> bool:
    related = message.get_content_type() == "multipart/related"
    return related and (
        "Snapshot-Content-Location" in message or "Saved" in _get(message, "From") or not message.get("To")
    )


def _get(message: Message, name: str) -> str:
    """A header as it stands; "" for none."""
    try:
        return str(message.get(name, "") or "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def decoded_header(value: object) -> str:
    """A header's text, encoded words (RFC 2047) decoded; what is damaged stays as it stands."""
    text = str(value or "")
    try:
        parts = email.header.decode_header(text)
    except (ValueError, LookupError, email.errors.HeaderParseError, AssertionError):
        return text
    return "".join(_header_part(data, charset) for data, charset in parts)


def _header_part(data: bytes | str, charset: str | None) -> str:
    if isinstance(data, str):
        return data.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    from w3lib.encoding import resolve_encoding

    known = resolve_encoding(charset) if charset and charset != "unknown-8bit" else None
    try:
        return data.decode(known or "utf-8")
    except (UnicodeDecodeError, LookupError):
        return data.decode("cp1252", "replace")

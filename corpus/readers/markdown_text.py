"""The words of Markdown without its marks: emphasis, links, images, heading marks and escapes."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from ..markup import plain_text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MARKED_MAX = 200_000
"""Characters. Hardly an article is as long; of what is, only escapes and heading marks are removed: parsing it would
take seconds."""
_LINE_MAX = 10_000
"""The same for a line, in which marks are matched with each other."""
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
"""A backslash before ASCII punctuation means the punctuation itself (CommonMark 0.31, section 2.4)."""
_HEADING = re.compile(r"#{1,6}[ \t]+(\S.*)")
_BARE_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


def plain_line(text: str) -> str:
    """A line without marks."""
    if _BARE_URL.fullmatch(text) or len(text) > _LINE_MAX:
        return _unescaped(text)
    return "".join(_words(child) for token in _parser().parseInline(text) for child in token.children or ())


def plain_blocks(text: str) -> str:
    """Paragraphs without marks, a blank line between them; a line break within one stays."""
    if len(text) > _MARKED_MAX or any(len(line) > _LINE_MAX for line in text.split("\n")):
        lines = [line.strip() for line in text.split("\n")]
        return "\n\n".join("\n".join(map(_unmarked, group)) for full, group in groupby(lines, bool) if full)
    return "".join(_joined(list(_blocks(_parser().parse(text)))))


def _blocks(tokens: "Sequence[Token]") -> "Iterator[tuple[str, str]]":
    r"""(what parts it from the block before, its text): `\n\n`, or `\n` within a tight list."""
    mark, between, tight = "", "\n\n", False
    for token in tokens:
        if token.type == "list_item_open":
            mark = f"{token.info}{token.markup} "
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            tight = False
        elif token.type == "paragraph_open":
            between = "\n" if token.hidden and tight else "\n\n"
            tight = token.hidden
        elif text := _text(token):
            yield between, mark + text
            mark, between = "", "\n\n"


def _text(token: "Token") -> str:
    if token.type == "inline":
        return "".join(_words(child) for child in token.children or ()).strip()
    if token.type in ("fence", "code_block"):
        return token.content.strip("\n")
    return plain_text(token.content) if token.type == "html_block" else ""


def _words(token: "Token") -> str:
    if token.type in ("text", "code_inline", "text_special"):
        return token.content
    return "\n" if token.type in ("softbreak", "hardbreak") else ""


def _joined(blocks: "Sequence[tuple[str, str]]") -> "Iterator[str]":
    for number, (between, text) in enumerate(blocks):
        yield between + text if number else text


def _unmarked(line: str) -> str:
    heading = _HEADING.fullmatch(line)
    return _unescaped(heading[1] if heading else line)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)

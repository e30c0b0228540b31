"""HTML within a text, as plain text with its paragraphs. Pages are another matter: `corpus.readers.html`."""

import re

_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|h[1-6]|ul|ol|li|img|figure|blockquote|table|section|article|script|style"
    r"|iframe|object|embed|video|audio|svg|small|sup|sub|font|center|pre|hr|d[ltd]|t[rdh]|figcaption|noscript|form)"
    r"\b[^<>]*>",
    re.I,
)
_BLOCKS = frozenset(
    "p div br li ul ol h1 h2 h3 h4 h5 h6 blockquote table tr section article header footer figure figcaption pre hr"
    " dl dt dd main aside nav hedline hl1 hl2 body"
    .split()
)  # fmt: skip
_LEFT_OUT = frozenset("script style noscript template iframe svg head object embed form button select".split())
_PARAGRAPH = re.compile(r"<(?:p|br)\b", re.I)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_SPACE = re.compile(r"[^\S\xa0]+")
_LINES = re.compile(r"[^\S\n]*\n\s*")


def has_markup(text: str) -> bool:
    """Whether there are HTML tags in it, as `<p>` or `<br/>`."""
    return "<" in text and _TAG.search(text) is not None


def plain_text(html: str) -> str:
    """The text of an HTML fragment: a blank line between blocks, one space for other white space.

    Scripts, styles and forms are left out. What is no HTML comes back with its white space squeezed. Nesting of any
    depth takes no recursion.
    """
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    # a parser takes no half of a surrogate pair; `corpus.fields` says what becomes of them
    root = lxml_html.document_fromstring(f"<div>{html}</div>".encode("utf-8", "replace"), parser=parser)
    shown = _one_line if _PARAGRAPH.search(html) else _with_blank_lines
    parts: list[str] = []
    skipping: object | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if skipping is None and tag in _LEFT_OUT:
                skipping = element
            if skipping is None:
                parts.append("\n" if tag in _BLOCKS else "")
                parts.append(shown(element.text))
            continue
        if element is skipping:
            skipping = None
        if skipping is None:
            parts.append("\n" if tag in _BLOCKS else "")
            parts.append(shown(element.tail))
    return _LINES.sub("\n\n", "".join(parts)).strip()


def _one_line(text: str | None) -> str:
    return _SPACE.sub(" ", text) if text else ""


def _with_blank_lines(text: str | None) -> str:
    """As editors of WordPress and others see it: without tags for paragraphs, a blank line is one."""
    return "\n".join(map(_one_line, _BLANK_LINE.split(text))) if text else ""

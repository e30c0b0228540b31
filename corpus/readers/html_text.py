"""The article in an HTML page: its paragraphs, or in words why the page is none. trafilatura finds them.

trafilatura, `fast=True`, was chosen by the 181 pages of article-extraction-benchmark (4-gram F1 .962 against .951 of
readability-lxml, .940 of newspaper4k, .916 of resiliparse); what it takes longest about, scripts and menus, is cut out
before. It finds text on every page, also where there is no article: lists of links, notices and errors are told apart
here, by what is short or mostly links; a page that says it is an article is believed.
"""

import logging
import re
from functools import cache
from typing import TYPE_CHECKING

from ..dates import looks_like_date_line
from ..errors import BadRecord
from ..markup import plain_text
from ..text import fold, squeeze
from .html_page import Element, Facts, Page

if TYPE_CHECKING:
    from trafilatura.settings import Extractor

_CUT_OUT = ("script", "style", "svg", "template", "iframe", "select", "button", "nav")
"""Never a part of an article; without them a page takes a quarter less time, at the same F1."""
_TAGS_MOST = 100_000
"""Pages of the benchmark have 6,000 at most; trafilatura takes .1 ms and more for each element."""
_BROKEN_LIST = re.compile(r"^- ", re.M)
_LINKS_MOST = 0.5
"""Of the letters of a text. Articles of the benchmark have at most .2 in lines that are nothing but a link."""
_TOP = 4
"""Lines at the start of a text that may be its headline, byline or date."""
_LINKS_OF_FRONT, _FRONT_LINKS = 0.2, 30
"""The same on a site's front page, or so many links there."""
_LONG_PARAGRAPH = 60
"""Words. A paragraph this long among lines of links is an article's; teasers have about 25."""
_SHORT = 120
"""Words. A notice or an error page has fewer; the rule for notices looks at nothing longer."""
_NOTICES = (
    (
        re.compile(
            r"\b(?:enable|activate|turn on|requires?|allow|disabled?|aktivier\w+|activ\w+|habilit\w+|abilit\w+)"
            r" (?:\w+ ){0,3}java ?script"
            r"|java ?script (?:\w+ ){0,4}(?:disabled|required|enabled|deaktiviert|aktivieren|désactivé|desactivado)",
            re.I,
        ),
        "only a notice that JavaScript is needed",
    ),
    (
        re.compile(
            r"\bcaptcha\b|are (?:you )?(?:a |not a )?(?:robot|human)\b|unusual traffic|checking your browser"
            r"|verify (?:that )?you are (?:a )?human|\baccess (?:to this page has been )?denied\b|\bforbidden\b"
            r"|pardon our interruption",
            re.I,
        ),
        "only a notice that keeps programs out",
    ),
    (
        re.compile(
            r"\b(?:page|article|document|file|story|url|address)\b[^.!?]{0,60}\b(?:not (?:be )?found|cannot be found"
            r"|does(?:n['’]t| not) exist|no longer (?:exists?|available)|has been (?:re)?moved)\b|\bnot found\b"
            r"|\b(?:error|fehler|erreur) ?(?:4\d\d|5\d\d)\b|\b(?:404|410|500|502|503)\b"
            r"|(?:bad gateway|internal server error|service unavailable|temporarily unavailable)"
            r"|seite (?:wurde )?nicht gefunden|page introuvable|página no encontrada|pagina non trovata"
            r"|страница не найдена|strona nie została znaleziona|pagina niet gevonden",
            re.I,
        ),
        "an error page",
    ),
    (
        re.compile(
            r"\b(?:accept|consent|agree|allow|reject|manage|use of|uses?|akzeptier\w+|zustimm\w+"
            r"|accept\w+|acept\w+|accett\w+)\b[^.!?]{0,80}\bcookies?\b|\bcookies?\b[^.!?]{0,80}\b(?:accept\w*|consent|settings|policy|preferences|partners"
            r"|akzeptier\w+|zustimm\w+|einwillig\w+|accept\w+|acept\w+|accett\w+)\b|\bprivacy (?:choices|settings)\b",
            re.I,
        ),
        "only a consent notice",
    ),
    (
        re.compile(
            r"\b(?:subscribe|log ?in|sign ?in|register|abonn\w+|abboniamento|suscríb\w+)\b[^.!?]{0,60}"
            r"\b(?:to (?:continue|read|access|view|unlock)|weiterlesen|zu lesen|pour lire"
            r"|para (?:leer|seguir)|per leggere)\b",
            re.I,
        ),
        "only a notice that readers must subscribe or log in",
    ),
)  # fmt: skip


def article_text(page: Page, facts: Facts) -> tuple[str, tuple[str, ...]]:
    """The text of a page's article with a blank line between paragraphs, and notes. The page's tree is changed.

    Raises:
        BadRecord: there is no article on the page; the reason says what it is instead.
    """
    text, notes = _found_text(page)
    links = [squeeze(link.text_content()) for link in page.root.iter("a")]
    if len(facts.body) > 2 * len(text):
        text = _paragraphs(facts.body)
        notes.append("the text is what the page's JSON-LD has")
    if not any(map(str.isalnum, text)):
        raise BadRecord("no article: the page has no text; if a browser shows one, save the page from there")
    lines = text.split("\n\n")
    linked = set(links)
    others = [line for line in lines if line not in linked]
    in_links = 1 - sum(map(len, others)) / sum(map(len, lines))
    if in_links > _LINKS_MOST:
        if max((len(line.split()) for line in others), default=0) < _LONG_PARAGRAPH:
            raise BadRecord("no article: a list of links")
        text = "\n\n".join(others)
        notes.append("lines that were nothing but links left out")
    elif facts.is_front and not facts.is_article and (in_links > _LINKS_OF_FRONT or len(links) > _FRONT_LINKS):
        raise BadRecord("no article: the front page of a site, a list of links")
    if reason := _notice(text, str(facts.fields.get("title", ""))):
        raise BadRecord(f"no article: {reason}")
    return _without_top(text, facts), tuple(notes)


def _found_text(page: Page) -> tuple[str, list[str]]:
    """The text of the article, or of all of a page that no program for articles should get."""
    if page.source.count("<") > _TAGS_MOST:
        return plain_text(page.source), [f"more than {_TAGS_MOST:,} tags: all text of the page was taken"]
    from lxml import etree

    etree.strip_elements(page.root, *_CUT_OUT, with_tail=False)
    text = _extracted(page.root)
    if not page.too_deep:
        return text, []
    if text:
        return text, ["elements more than 250 deep were not read"]
    raise BadRecord("no article: its elements are nested more than 250 deep, and there is no text before that")


@cache
def _options() -> "Extractor":
    from trafilatura.settings import Extractor

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it has to say is said here, with the place
    return Extractor(output_format="python", fast=True, comments=False)


def _extracted(root: Element) -> str:
    """What trafilatura takes for the article; "" for nothing, and where it fails."""
    from trafilatura import bare_extraction

    try:
        found = bare_extraction(root, options=_options())
    except (RecursionError, ValueError, TypeError, AttributeError, LookupError, AssertionError):
        return ""
    return _paragraphs(str(getattr(found, "text", None) or ""))


def _paragraphs(text: str) -> str:
    """A blank line between lines: trafilatura has a line for each paragraph, heading, item and row."""
    lines = (line.strip() for line in _BROKEN_LIST.sub("", text).split("\n"))
    return "\n\n".join(line for line in lines if line)


def _without_top(text: str, facts: Facts) -> str:
    """The text without what stands above it on many pages, and is read elsewhere: headline, byline, date."""
    lines = text.split("\n\n")
    author = fold(str(facts.fields.get("author", "")))
    known = {fold(str(facts.fields.get("title", ""))), author, f"by {author}"}
    top = [i for i, line in enumerate(lines[:_TOP]) if fold(line) in known or looks_like_date_line(line)]
    kept = [line for i, line in enumerate(lines) if i not in top]
    return "\n\n".join(kept) if kept else text


def _notice(text: str, title: str) -> str:
    """What a short text is instead of an article; "" for an article."""
    if len(text.split()) >= _SHORT:
        return ""
    shown = f"{title}. {text}"
    return next((words for pattern, words in _NOTICES if pattern.search(shown)), "")

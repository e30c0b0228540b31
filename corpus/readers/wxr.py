"""WordPress's own export (WXR): published posts, however many gigabytes the file has."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from ..markup import plain_text
from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .xml_records import parsed, root_of, xml_records
from .xml_text import Element, attribute, child, children, filled, first, line_in, local, within

_NO_POSTS = frozenset(
    "page attachment nav_menu_item revision custom_css customize_changeset oembed_cache user_request wp_block"
    " wp_template wp_template_part wp_global_styles wp_navigation wp_font_family wp_font_face acf-field"
    " acf-field-group feedback product shop_order shop_coupon elementor_library"
    .split()
)  # fmt: skip
"""Types of items that no reader of the site sees as articles."""
_WORDS = {"trash": "in the trash", "future": "scheduled", "inherit": "attachment", "auto-draft": "draft"}
_COUNTED = ("page", "attachment", "draft", "revision")
_SHORTCODE = re.compile(r"\[(?P<close>/?)(?P<name>[a-z][\w-]*)(?P<rest>(?:[\s=][^\[\]<>]*)?)\]", re.I)
_WITH_TEXT = frozenset("caption wp_caption embed gallery audio video playlist".split())
"""Shortcodes whose content is no text of the article: captions, addresses, sounds."""
_KNOWN = frozenset(
    "caption wp_caption gallery audio video playlist embed youtube vimeo twitter tweet facebook instagram soundcloud"
    " more nextpage googlemaps contact-form contact-form-7".split()
)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_NO_DATE = "0000-00-00 00:00:00"


class Wxr:
    """Posts that are published; what else is in the file is counted and told once."""

    name = "wordpress"

    def recognises(self, head: bytes, name: str) -> int:
        """By the namespace that only these feeds have."""
        root = root_of(head)
        return 98 if root and root.name == "rss" and b"://wordpress.org/export/" in head else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article for each published post, and a skip that counts the rest."""
        nothing = True
        left_out: Counter[str] = Counter()
        site: dict[str, object] | None = None
        authors: dict[str, str] = {}
        for record in xml_records(stream, options, "item"):
            nothing = False
            here = SourceLocation(location.path, location.member, record.line)
            if record.element is None:
                yield Skipped(here, record.reason)
                continue
            if site is None:
                site, authors = _site(record.header)
            if kind := _no_post(record.element):
                left_out[kind] += 1
                continue
            notes = (*_type_note(record.element), *record.notes)
            yield reading_of(filled({**site, **_fields(record.element, authors)}), here, options, self.name, notes)
        if left_out:
            counts = ", ".join(
                f"{n:,} {kind}{'s' * (n > 1 and kind in _COUNTED)}" for kind, n in left_out.most_common()
            )
            yield Skipped(location, f"left out, because only published posts are articles: {counts}")
        if nothing:
            yield Skipped(location, "there is no post in it")


def _site(header: str) -> tuple[dict[str, object], dict[str, str]]:
    """What the file says of all posts, and its authors: login -> name."""
    channel = child(parsed(header), "channel")
    authors = {
        line_in(child(each, "author_login")): first(
            line_in(child(each, "author_display_name")),
            f"{line_in(child(each, 'author_first_name'))} {line_in(child(each, 'author_last_name'))}".strip(),
        )
        for each in children(channel, "author")
    }
    said = {"source": line_in(child(channel, "title")), "language": line_in(child(channel, "language"))}
    return {name: value for name, value in said.items() if value}, authors


def _no_post(item: Element) -> str:
    """What an item is that is no published post; "" for one."""
    kind = line_in(child(item, "post_type")) or "post"
    status = line_in(child(item, "status")) or "publish"
    if kind in _NO_POSTS:
        return kind
    if status != "publish":
        return _WORDS.get(status, status[:40])
    return "protected by a password" if line_in(child(item, "post_password")) else ""


def _type_note(item: Element) -> tuple[str, ...]:
    kind = line_in(child(item, "post_type"))
    return (f"its type in WordPress is {kind[:40]}",) if kind not in ("", "post") else ()


def _fields(item: Element, authors: dict[str, str]) -> dict[str, object]:
    encoded = {each.tag.rpartition("}")[0]: "".join(each.itertext()) for each in children(item, "encoded")}
    text = next((value for space, value in encoded.items() if "excerpt" not in space), "")
    summary = next((value for space, value in encoded.items() if "excerpt" in space), "")
    creator = line_in(child(item, "creator"))
    link = line_in(child(item, "link"))
    return {
        "title": html.unescape(line_in(child(item, "title"))),
        "text": _plain(text),
        "summary": _plain(summary or line_in(child(item, "description"))),
        "published": _date(item),
        "author": authors.get(creator) or creator,
        "section": _category(item),
        "id": line_in(child(item, "guid")),
        "url": link,
    }


def _date(item: Element) -> str:
    utc = line_in(child(item, "post_date_gmt"))
    if utc and utc != _NO_DATE:
        return f"{utc.replace(' ', 'T')}Z"
    stated = first(line_in(child(item, "pubDate")), line_in(child(item, "post_date")))
    return "" if stated == _NO_DATE or "-0001" in stated else stated


def _category(item: Element) -> str:
    names = [
        line_in(each)
        for each in within(item, "category")
        if local(each.getparent()) == "item" and attribute(each, "domain") in ("category", "")
    ]
    return next((name for name in names if name.lower() != "uncategorized"), "")


def _plain(markup: str) -> str:
    """The text of a post as WordPress would show it: a blank line is a paragraph, shortcodes are gone."""
    if not markup.strip():
        return ""
    kept: list[str] = []
    at = 0
    for start, end in _shortcodes(markup):
        if end > at:
            kept.append(markup[at : max(at, start)])
            at = end
    kept.append(markup[at:])
    return plain_text(_BLANK_LINE.sub("\n<p>", "".join(kept).replace("\r\n", "\n")))


def _shortcodes(markup: str) -> list[tuple[int, int]]:
    """Where shortcodes are, in order; of those that have no text of the article their content, too."""
    found = list(_SHORTCODE.finditer(markup))
    closed = {each["name"].lower() for each in found if each["close"]}
    spans: list[tuple[int, int]] = []
    opened: dict[str, int] = {}
    for each in found:
        name = each["name"].lower()
        start = opened.pop(name, None) if each["close"] else None
        if start is not None:
            spans.append((start, each.end()))
        elif _is_shortcode(each, closed):
            spans.append(each.span())
            if name in _WITH_TEXT and not each["close"]:
                opened[name] = each.start()
    return sorted(spans, key=lambda span: (span[0], -span[1]))


def _is_shortcode(found: "re.Match[str]", closed: set[str]) -> bool:
    """Whether brackets hold a shortcode, and not a word of the author's (`[sic]`)."""
    name = found["name"].lower()
    return name in closed or name in _KNOWN or '="' in found["rest"] or "='" in found["rest"]

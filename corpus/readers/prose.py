"""Whether a text is one that somebody wrote for readers: what merely decodes is no article.

Source code, logs, style sheets, settings, dumps, lists of addresses and encoded data are told apart by their lines: a
kind is refused where most lines are of it. Poems, transcripts with times, tables of results, price lists and texts that
quote some code stay articles; so does everything that no rule is sure of.
"""

import re
from collections.abc import Callable, Iterator

_LOOKED_AT = 400
"""Lines. The beginning of a file says what it is."""
_FEW = 3
"""Lines. Of fewer, only those that can be nothing else are refused."""
_MOST = 0.6
_LETTERS_LEAST = 0.3
"""Of all characters that are no white space. Tables of results have .4 and more, lottery numbers .3."""
_LONGEST_WORD = 60
"""Characters of a word: encoded data and minified code have hundreds."""

_FIRST = (
    (re.compile(r"#!\s*/"), "a script"),
    (re.compile(r"<[A-Za-z_][\w.:-]*(?:\s[^<>]*)?/?>"), "XML of a kind that no reader knows"),
    (re.compile(r"-----BEGIN [A-Z ]+-----"), "a key or certificate"),
    (re.compile(r"BEGIN:(?:VCALENDAR|VCARD)", re.I), "a calendar or address card"),
    (re.compile(r"(?:diff --git |Index: \S+\n=====|--- \S+.*\n\+\+\+ \S+)"), "a patch"),
    (re.compile(r"\s*\\documentclass\b|\s*%.*\n\\documentclass"), "TeX source"),
    (re.compile(r"WEBVTT\b|1\r?\n\d\d:\d\d:\d\d,\d{3} --> "), "subtitles"),
    (re.compile(r"%!PS|%PDF"), "a document of a printer; make it text first"),
    (re.compile(r"begin(?:-base64)? [0-7]{3,4} \S+\n"), "encoded data"),
    (re.compile(r"#EXTM3U|\[playlist\]", re.I), "a playlist"),
    (re.compile(r"P[1-6]\s+(?:#.*\s+)?\d+\s+\d+\s+\d+\s"), "an image"),
    (re.compile(r"/\* XPM \*/"), "an image"),
    (re.compile(r"(?:[rnbqkp1-8]{1,8}/){7}", re.I), "a chess position"),
)
"""What the first characters say, and what it is."""

_ROBOTS = re.compile(r"(?:user-agent|disallow|allow|sitemap|crawl-delay|host|noindex|content-signal)\s*:\s*\S*.*", re.I)
_URL = re.compile(r"(?:https?://|www\.)\S+(?:[ \t].{0,40})?", re.I)
_LOG = re.compile(
    r"[\[(<]?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d\S*[\])>]?\s.*"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ \S+.*"
    r"|\d{1,3}(?:\.\d{1,3}){3} \S+ \S+ \[.*"
    r"|\[?(?:DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|TRACE)\]?[: ].*\S"
)
_SETTING = re.compile(
    r"\[[^\[\]]{1,80}\]|(?:export\s)?\s*[\w.\[\]-]{1,80}\s?[:+?]?=\s?.*|[#;!].*"
    r"|[\w.-]{1,60}:(?:\s\S.*)?|\s+[\w.-]{1,60}:(?:\s.*)?|\s*- \S+"
)
_SURE_SETTING = re.compile(
    r"\[[^\[\]]{1,80}\]$|(?:export\s)?\s*[\w.\[\]-]{1,80}\s?[:+?]?=|\s+[\w.-]{1,60}:(?:\s.*)?$|[a-z]\w{0,40}_\w{1,40}:(?:\s.*)?$"
)
_REFERENCES = re.compile(r"\s*(?:@[A-Za-z]+\s?\{.*|[A-Za-z_-]+\s*=\s*[{\"].*|\}\s?,?|[A-Z][A-Z0-9]  - .*|%[0-9A-Z] .*)")
_REFERENCES_SURE = re.compile(r"\s*@[A-Za-z]+\s*\{[^{}]*,\s*|TY  - .*|%0 .*")
_CODE = re.compile(
    r"\s*[{}()\[\];,]+\s*$"
    r"|.*(?:[;{}([\\]|=>|->|\)\s?:|\w\(.*\)|[\"'\])]\s?,)\s*(?:(?://|/\*|#|--).*)?$"
    r"|.*(?:[=!<>]=|\w\(\)|\w\(['\"\w$]+[,)=.]|=>|->|::|&&|\|\||\$[({A-Za-z_]|</?\w+>|\w_\w+\s?[=(:]|\b(?:self|this)\.\w|\\\w+[{\[])"
    r"|\s*(?:import|from|def|class|return|function|const|let|var|using|package|public|private|static|use|sub|my|our|require|module"
    r"|include|echo|sudo|export|raise|yield|assert|elif|else|try|finally|except|fi|done|esac|then|end)\b(?:\s*[:;{]?\s*$|\s[\w{<(\"'*.$%@]\S*[^.?!]*$)"
    r"|\s*[\w.\[\]\"'$@*&>-]{1,80}\s?(?:[:+*/|&^%.?-]?=|<-)\s?\S"
    r"|\s*@\w[\w.]*(?:\(.*\))?\s*$|\s*#\s?(?:include|define|if|ifdef|ifndef|endif|pragma|import)\b"
    r"|\s*[\w-]{1,40}\s?:\s?[^;]+;\s*$|\s*[\"'][\w .-]{1,80}[\"']\s?:\s"
    r"|\t+[@$\w.-]+\s\S|\s*-?\s?[a-z]\w*(?:[._-]\w+)+:(?:\s|$)"
    r"|\s*(?:CREATE|DROP|ALTER|INSERT INTO|SELECT|UPDATE|DELETE FROM|GRANT|REVOKE|COMMENT ON|SET|COPY|PRAGMA"
    r"|PRIMARY KEY|FOREIGN KEY|CONSTRAINT|AS|LANGUAGE|RETURNS|VALUES) [A-Z`\"'(\w].*"
)
_CODE_LEAST = 0.15
"""Of the lines of a text without its comments, in code. Articles that quote some have less, or long paragraphs."""
_PROSE_LESS = 0.5
"""Of the letters of a text in lines of prose, where it is code all the same: its documentation."""
_WORDS_LEAST = 5
_WORDS_SHARE = 0.7
"""Of what stands between white space in a line of prose, at least five and so many are words."""
_MARKS = ".,;:!?…\"'“”„‘’«»()[]–—-*_"
_KINDS: tuple[tuple[re.Pattern[str], re.Pattern[str], float, str], ...] = (
    (_ROBOTS, re.compile(r"(?:user-agent|disallow|allow)\s*:.*", re.I), 0.3, "robots.txt, rules for crawlers"),
    (_URL, _URL, 0.6, "a list of addresses; fetch the pages, for example with wget --warc-file, and read those"),
    (_LOG, _LOG, 0.8, "a log"),
    (_REFERENCES, _REFERENCES_SURE, 0.02, "a list of references (BibTeX, RIS)"),
    (_SETTING, _SURE_SETTING, 0.5, "settings"),
)
"""Lines of a kind, those among them that are nothing else, their least share of all lines, and what it is. `_MOST` of
all lines must be of the kind."""
_COMMENT = re.compile(r"\s*(?:#|//|/\*|\*(?:/|\s|$)|--|;|%\s|<!--|\"\"\")")
_COMMENTS_FIRST = re.compile(r"(?:#(?:[ \t][^\r\n]*)?\r?\n){3}")
"""Three lines with one number sign: Markdown has no three headings in a row."""
_PACKED_FROM, _PACKED_MARKS = 2_000, 0.06
_SENTENCE = re.compile(r"[^\W\d_]{2,}[ ,][^;{}=<>|\\]{20,400}[.!?…。][\"'”’»)\]]*\s*$")
_FRONT_MATTER = re.compile(r"(---|\+\+\+)[ \t]*\r?\n.*?\n\1[ \t]*(?:\r?\n|$)", re.S)
"""Of Markdown; what follows says whether it is an article."""
_FENCED = re.compile(r"^(```|~~~).*?^\1\s*$", re.S | re.M)


def not_prose(text: str) -> str:
    """What a text is instead of one for readers, in words; "" where it is one, or where nothing is certain.

    `text` is the beginning of a file, or all of it.
    """
    start = _FRONT_MATTER.sub("", text.lstrip("\ufeff \t\r\n"), count=1).lstrip()
    if words := next((words for pattern, words in _FIRST if pattern.match(start)), ""):
        return words
    if _COMMENTS_FIRST.match(start):
        return "settings or source code: it begins with comments"
    if any(_is_packed(line) for line in start[: _PACKED_FROM * 8].splitlines()):
        return "a program without line breaks"
    whole = _FENCED.sub("", start).splitlines()[:_LOOKED_AT]
    lines = [line[:400] for line in whole if line.strip() and not line.startswith("|")]
    return next(_kinds(lines), "") or _encoded(start[:20_000])


def _kinds(lines: list[str]) -> Iterator[str]:
    sentences = sum(map(bool, map(_SENTENCE.match, _but_comments(lines))))
    if 2 * sentences > len(lines):
        return
    for of_kind, sure, share, words in _KINDS:
        counted = _but_comments(lines) if of_kind in (_ROBOTS, _URL) else lines
        alike = _count(of_kind.fullmatch, counted)
        certain = _count(sure.match, counted)
        enough = len(lines) >= _FEW or alike == len(counted)
        if counted and enough and alike >= _MOST * len(counted) and certain and certain >= share * len(counted):
            yield words
    if _is_code(lines):
        yield "source code, a style sheet or a dump; export its articles as JSON Lines or CSV"


def _is_packed(line: str) -> bool:
    """Whether a very long line has the marks of code."""
    return len(line) > _PACKED_FROM and sum(map(line.count, "{}();=")) > _PACKED_MARKS * len(line)


def _is_code(lines: list[str]) -> bool:
    counted = _but_comments(lines)
    code = [line for line in counted if _CODE.match(line)]
    if len(code) < min(_FEW - 1, len(lines)) or len(code) < _CODE_LEAST * len(counted):
        return False
    prose = sum(len(line) for line in counted if _is_prose(line))
    return bool(code) and prose < _PROSE_LESS * sum(map(len, counted))


def _is_prose(line: str) -> bool:
    """Whether a line is of words; of scripts without spaces, whether it has many letters that are not Latin."""
    if line.startswith(("  ", "\t")):
        return False
    words = line.split()
    plain = sum(1 for word in words if word.strip(_MARKS).replace("'", "").replace("’", "").replace("-", "").isalpha())
    foreign = sum(1 for c in line if not c.isascii() and c.isalpha())
    return (plain >= _WORDS_LEAST and plain >= _WORDS_SHARE * len(words)) or foreign > 0.3 * len(line)


def _but_comments(lines: list[str]) -> list[str]:
    return [line for line in lines if not _COMMENT.match(line)]


def _count(matches: Callable[[str], object], lines: list[str]) -> int:
    return sum(1 for line in lines if matches(line))


def _is_packed_word(word: str) -> bool:
    """Whether a word is longer than any, of Latin letters of both cases and of figures or signs."""
    return len(word) > _LONGEST_WORD and word.isascii() and not (word.islower() or word.isupper() or word.isalpha())


def _encoded(text: str) -> str:
    """Data that is written in letters: hardly a letter in it, or words of a length that no language has."""
    solid = "".join(text.split())
    letters = sum(map(str.isalpha, solid))
    if len(solid) > 200 and letters < _LETTERS_LEAST * len(solid):
        return "hardly a letter in it: figures, or encoded data"
    words = text.split()
    if len(solid) > 500 and sum(len(word) for word in words if _is_packed_word(word)) > _MOST * len(solid):
        return "no words in it: encoded data or a program"
    return ""

"""Documents as press databases export them: Nexis and Factiva, many in one file, as lines of text.

The lines come from text files (`nexis.py`, `factiva.py`), and from the paragraphs of RTF and DOCX files.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

_MONTH = (
    r"(?:jan|feb|fév|fev|mar|mär|mrt|apr|abr|avr|may|mai|maj|mei|mag|jun|jui|giu|jul|lug|aug|ago|aoû|août|sep|set|oct"
    r"|okt|out|ott|nov|dec|dez|déc|dic|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|sty|lut|kwi|cze|lip|sie|wrz"
    r"|paź|lis|gru)[^\W\d]*\.?"
)
_DATE = re.compile(
    rf"(?:[^\W\d]+,? ){{0,1}}(?:\d{{1,2}}(?:st|nd|rd|th|\.|er|º)? (?:de )?{_MONTH} (?:de )?\d{{4}}"
    rf"|{_MONTH} \d{{1,2}},? \d{{4}}|{_MONTH} \d{{4}}|\d{{4}}-\d\d-\d\d)\b",
    re.I,
)
_TIME = re.compile(r"\b\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]\.?m\b\.?)?(?: (?:[A-Z]{2,5}|[+-]\d\d:?\d\d))?", re.I)
_WEEKDAY = re.compile(rf"^(?!{_MONTH} )[^\W\d]+,? (?=\w)", re.I)

_NEXIS_START = re.compile(
    r"\s*(?:\d[\d,.]* (?:of|von|de|di|van|sur) \d[\d,.]* (?:documents?|dokumenten?|documentos?|documenti|documenten)"
    r"|(?:document|dokument|documento) \d[\d,.]* (?:of|von|de|di|van|sur) \d[\d,.]*)\s*",
    re.I,
)
_NEXIS_END = re.compile(
    r"(?:end of document|ende des dokuments|dokumentende|fin du document|fin del documento|fine del documento"
    r"|fim do documento|einde van document)",
    re.I,
)
_NEXIS_LENGTH = re.compile(r"(?:length|länge|longueur|longitud|lunghezza|lengte):[ \xa0]*\d", re.I)
_NEXIS_FIELD = re.compile(r"(?P<name>[A-ZÄÖÜÉÈÇ][\w/-]*(?: [\w/-]+){0,2}):[ \xa0\t]*(?P<value>.*)", re.S)
_NEXIS_NAMES = {
    "author": ("byline", "autor", "author", "auteur", "autore", "par", "von"),
    "section": ("section", "rubrik", "rubrique", "sección", "seccion", "sezione", "sectie", "ressort"),
    "title": ("headline", "titel", "titre", "título", "titolo"),
    "language": ("language", "sprache", "langue", "idioma", "lingua", "taal"),
    "summary": ("highlight", "abstract"),
    "": ("length", "länge", "longueur", "longitud", "lunghezza", "lengte", "dateline", "series", "column", "type",
         "correction-date"),
}  # fmt: skip
"""What stands before the text; those under "" are not kept."""
_NEXIS_HEAD = {name: role for role, names in _NEXIS_NAMES.items() for name in names}
_NEXIS_AFTER = frozenset(
    "load-date ladedatum update language sprache langue idioma lingua taal publication-type publikationstyp"
    " journal-code zeitungs-code graphic subject company ticker organization country state city person industry"
    " geographic classification notes document-type pub-type date-de-chargement type-de-publication fecha-de-carga"
    " acc-no url".split()
)
_UNI_AFTER = frozenset(
    "load-date ladedatum classification klassifizierung graphic notes date-de-chargement fecha-de-carga"
    .split()
)  # fmt: skip
_NEXIS_BODY = frozenset(("body", "text", "texto", "texte", "testo", "inhalt", "corps", "cuerpo"))
"""Lines that Nexis Uni prints before a text."""
_WORDS = re.compile(
    r"[\d.,\s\xa0]+ ?(?:words?|wörter|mots|palabras|parole|woorden|palavras|ord|слов[ао]?|słów|слова)", re.I
)
_FACTIVA_CODES = frozenset(
    "SE HD BY CR WC PD ET SN SC ED PG VOL LA CY LP TD CT ART RF CO IN NS RE IPD IPC PUB AN CLM".split()
)
_FACTIVA_CODE = re.compile(r"\|?(?P<code>[A-Z]{2,3})(?:(?:[ \xa0]{2,}|[ \xa0]*[\t|]\s*)(?P<value>[^\s|].*)?|\s*)")
_FACTIVA_DOCUMENT = re.compile(r"(?:document|dokument|documento|документ)\s+(?P<id>[A-Za-z]{2,10}0{2}\w{10,})\s*", re.I)
_RIGHTS = re.compile(r"\(c\)|copyright|©", re.I)
_RESERVED = re.compile(r"all rights reserved|alle rechte vorbehalten|tous droits réservés", re.I)
_BY = re.compile(r"(?:by|von|par|por|di|door|av|af) ", re.I)

LANGUAGES = {
    "english": "en", "englisch": "en", "anglais": "en", "inglés": "en", "inglese": "en", "german": "de",
    "deutsch": "de", "allemand": "de", "french": "fr", "français": "fr", "französisch": "fr", "spanish": "es",
    "español": "es", "spanisch": "es", "italian": "it", "italiano": "it", "italienisch": "it", "portuguese": "pt",
    "português": "pt", "dutch": "nl", "nederlands": "nl", "niederländisch": "nl", "russian": "ru", "русский": "ru",
    "polish": "pl", "polski": "pl", "swedish": "sv", "svenska": "sv", "danish": "da", "dansk": "da",
    "norwegian": "no", "norsk": "no", "finnish": "fi", "suomi": "fi", "turkish": "tr", "türkçe": "tr",
    "chinese": "zh", "japanese": "ja", "korean": "ko", "arabic": "ar",
}  # fmt: skip
"""Names of languages as the databases print them -> their tags."""


class Document(NamedTuple):
    """One document of an export: its first line, from 1, and its fields under their usual names."""

    line: int
    fields: dict[str, object]


Line = tuple[int, str]
"""A line's number, from 1, and its text."""


def is_nexis_start(line: str) -> bool:
    """Whether a line is the one before a document: `1 of 50 DOCUMENTS`."""
    return _NEXIS_START.fullmatch(line) is not None


def is_word_count(line: str) -> bool:
    """Whether a line is the number of words that Factiva prints above each text."""
    return _WORDS.fullmatch(line) is not None


def looks_like_nexis(lines: Iterable[str]) -> bool:
    """Whether there is a line that starts a document of Nexis, or one that ends it and one that states its length."""
    ends = says_length = False
    for line in lines:
        if _NEXIS_START.fullmatch(line):
            return True
        ends = ends or _NEXIS_END.fullmatch(line.strip()) is not None
        says_length = says_length or _NEXIS_LENGTH.match(line.strip()) is not None
    return ends and says_length


def looks_like_factiva(lines: Iterable[str]) -> bool:
    """Whether there is a line that ends a document of Factiva, or field codes that start one."""
    codes: set[str] = set()
    for line in lines:
        found = _FACTIVA_CODE.fullmatch(line.rstrip())
        if found and found["code"] in _FACTIVA_CODES:
            codes.add(found["code"])
        if _FACTIVA_DOCUMENT.fullmatch(line) or codes >= {"HD", "PD", "SN"}:
            return True
    return False


def nexis_parts(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines of each document, in the order of the file."""
    return _parts(lines, lambda line: bool(_NEXIS_START.fullmatch(line)), lambda line: bool(_NEXIS_END.fullmatch(line)))


def factiva_parts(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines of each document, in the order of the file; its number stays the last one."""
    part: list[Line] = []
    codes: set[str] = set()
    for number, line in lines:
        found = _FACTIVA_CODE.fullmatch(line.rstrip())
        code = found["code"] if found and found["code"] in _FACTIVA_CODES else ""
        if (code == "HD" and "HD" in codes) or (code and "AN" in codes and code in ("HD", "SE", "CLM")):
            yield part
            part, codes = [], set()
        codes.add(code)
        part.append((number, line))
        if _FACTIVA_DOCUMENT.fullmatch(line) and "HD" not in codes:
            yield part
            part, codes = [], set()
    if part:
        yield part


def _parts(lines: Iterable[Line], starts: object, ends: object) -> Iterator[list[Line]]:
    part: list[Line] = []
    for number, line in lines:
        if callable(starts) and starts(line):
            yield part
            part = [(number, line)]
        elif callable(ends) and ends(line.strip()):
            yield part
            part = []
        else:
            part.append((number, line))
    yield part


def nexis_document(part: Sequence[Line], wrapped: bool) -> Document | None:
    """The fields of one document; None: there is no date line, which every document has.

    `wrapped`: lines are cut at a width and blank lines separate paragraphs; else each line is a paragraph.
    """
    blocks = _blocks(part, wrapped)
    if blocks and _NEXIS_START.fullmatch(blocks[0][1]):
        blocks = blocks[1:]
    centred = wrapped and bool(blocks) and blocks[0][1][:1].isspace()
    at = _date_line(blocks, centred, wrapped)
    if at is None:
        return None
    source = _source(blocks[:at]) if centred else blocks[at - 1][1].strip()
    fields: dict[str, object] = {"source": source, "published": _date(blocks[at][1])}
    first = at - 1
    rest = [block for each in blocks[at + 1 :] for block in _opened(each)]
    if not centred and at >= 2:
        fields["title"] = blocks[at - 2][1]
        first = at - 2
    return Document(blocks[first][0], _nexis_fields(rest, fields, wrapped))


def _date_line(blocks: list[Line], centred: bool, wrapped: bool) -> int | None:
    """The number of the block that is the date: the last one before the fields, else the first one."""
    dates = [i for i, (_, block) in enumerate(blocks) if i and _is_date(block) and (not centred or block[0].isspace())]
    fields = (
        i
        for i, (_, block) in enumerate(blocks)
        if _NEXIS_HEAD.get(_named(block, wrapped)[0]) in ("author", "section", "")
    )
    first_field = next(fields, len(blocks))
    return next((i for i in reversed(dates) if i < first_field), dates[0] if dates else None)


def _source(blocks: list[Line]) -> str:
    """The first line above the date that is no notice of rights."""
    lines = (line.strip() for _, block in blocks for line in block.split("\n"))
    return next((line for line in lines if line and not _RIGHTS.match(line) and not _RESERVED.match(line)), "")


def _opened(block: Line) -> list[Line]:
    """A block that begins with `BODY:` as two."""
    number, text = block
    name, colon, rest = text.partition(":")
    if colon and name.isupper() and name.strip().lower() in _NEXIS_BODY and rest.strip():
        return [(number, name), (number, rest.strip("\n"))]
    return [block]


def _nexis_fields(blocks: list[Line], fields: dict[str, object], wrapped: bool) -> dict[str, object]:
    """Read what stands before the text, the text, and the language that stands after it."""
    before, at = _nexis_head(blocks, fields, wrapped)
    if "title" not in fields and before:
        fields["title"] = before.pop(0)
    body: list[str] = []
    for i, (_, block) in enumerate(blocks[at:], at):
        if _ends_text(block, wrapped):
            fields.update(_nexis_after(blocks[i:], wrapped))
            break
        if not (_RIGHTS.match(block.strip()) and _is_centred(block)):
            body.append(_joined(block, wrapped))
    fields["text"] = "\n\n".join(filter(None, [*before, *body]))
    fields["section"] = str(fields.get("section", "")).partition(";")[0].strip()
    language = str(fields.get("language", "")).partition(";")[0].strip().lower()
    fields["language"] = LANGUAGES.get(language, "")
    return fields


def _nexis_head(blocks: list[Line], fields: dict[str, object], wrapped: bool) -> tuple[list[str], int]:
    """Add the fields before the text; the blocks before them (the title first), and the number of the text's first."""
    before: list[str] = []
    in_head = False
    for at, (_, block) in enumerate(blocks):
        name, value = _named(block, wrapped)
        role = _NEXIS_HEAD.get(name)
        if block.strip(" :").lower() in _NEXIS_BODY:
            return before, at + 1
        if role is not None:
            in_head = True
            if role and value:
                fields.setdefault(role, value)
        elif not _RIGHTS.match(block.strip()) and not _is_centred(block):
            if in_head or (before and not any(_head_follows(blocks[at:], wrapped))):
                return before, at
            before.append(_joined(block, wrapped))
    return before, len(blocks)


def _head_follows(blocks: list[Line], wrapped: bool) -> Iterator[bool]:
    """For the next few blocks whether they are fields that stand before a text."""
    return (_NEXIS_HEAD.get(_named(block, wrapped)[0]) is not None for _, block in blocks[:4])


def _nexis_after(blocks: list[Line], wrapped: bool) -> dict[str, object]:
    named = dict(_named(block, wrapped) for _, block in blocks)
    language = next((named[name] for name in _NEXIS_NAMES["language"] if named.get(name)), "")
    page = re.fullmatch(r"https?://[^/\s]+/\S+", named.get("url", ""))  # of the paper's home page there is no use
    return {**({"language": language} if language else {}), **({"url": page[0]} if page else {})}


def _named(block: str, wrapped: bool) -> tuple[str, str]:
    """A field's name in lower case and its value; ("", "") for a block that is none: text files have capitals."""
    found = _NEXIS_FIELD.match(block.strip())
    if not found or (wrapped and not found["name"].isupper()):
        return "", ""
    return found["name"].lower(), " ".join(found["value"].split())


def _ends_text(block: str, wrapped: bool) -> bool:
    """Whether a block stands behind the text: a field, or in Nexis Uni the heading above the fields."""
    name, _ = _named(block, wrapped)
    return name in (_NEXIS_AFTER if wrapped else _UNI_AFTER) or (not wrapped and block.strip().lower() in _UNI_AFTER)


def _blocks(part: Sequence[Line], wrapped: bool) -> list[Line]:
    """Blocks of lines between blank ones; where lines are paragraphs, each line that is not blank."""
    if not wrapped:
        return [(number, line.strip()) for number, line in part if line.strip()]
    blocks: list[Line] = []
    fresh = True
    for number, line in part:
        if not line.strip():
            fresh = True
        elif fresh:
            blocks.append((number, line.rstrip()))
            fresh = False
        else:
            blocks[-1] = (blocks[-1][0], f"{blocks[-1][1]}\n{line.rstrip()}")
    return blocks


def _is_centred(block: str) -> bool:
    return all(line.startswith("     ") for line in block.split("\n"))


def _joined(block: str, wrapped: bool) -> str:
    return " ".join(block.split()) if wrapped else block.strip()


def _is_date(block: str) -> bool:
    """Whether a block is a date, with at most an hour and an edition behind it; a headline may begin with one, too."""
    line = " ".join(block.split())
    found = _DATE.match(line) if len(line) < 100 else None
    if not found:
        return False
    rest = line[found.end() :]
    has_day = re.search(r"\b\d{1,2}\b|-\d\d$", found[0]) is not None
    return not rest or (has_day and rest[0] in " ,;" and len(rest) < 60 and not rest.endswith((".", "?", "!")))


def _date(block: str) -> str:
    """The day of a date line, and its hour: without weekday and edition."""
    line = " ".join(block.split())
    found = _DATE.match(line)
    day = _WEEKDAY.sub("", found[0]) if found else line
    hour = _TIME.search(line, found.end() if found else 0)
    return f"{day} {hour[0]}" if hour else day


def factiva_document(part: Sequence[Line]) -> Document | None:
    """The fields of one document, with field codes or without; None: it has neither."""
    lines = [(number, line.strip()) for number, line in part if line.strip()]
    coded = _coded(lines)
    if coded.get("HD"):
        return Document(lines[0][0], _of_codes(coded))
    texts = [line for _, line in lines]
    at = next((i for i, line in enumerate(texts[:12]) if i and _WORDS.fullmatch(line)), None)
    return Document(lines[0][0], factiva_fields(texts[:at], texts[at + 1 :])) if at is not None else None


def factiva_fields(before: Sequence[str], after: Sequence[str]) -> dict[str, object]:
    """The fields of a document by the order of its lines: those before and those after the number of words."""
    at = next((i for i, line in enumerate(after[:10]) if _is_date(line)), None)
    fields: dict[str, object] = {"title": before[0] if before else ""}
    by = next((line for line in before[1:] if _BY.match(line)), before[1] if len(before) == 2 else "")
    fields["author"] = by
    start = 0 if at is None else at + 1
    if at is not None:
        hour = after[start] if start < len(after) and re.fullmatch(r"\d{1,2}:\d\d(?: \w+)?", after[start]) else ""
        fields["published"] = f"{_date(after[at])} {hour}".strip()
        start += bool(hour)
        fields["source"] = after[start] if start < len(after) else ""
    rights = next((i for i, line in enumerate(after[start : start + 10], start) if _RIGHTS.match(line)), None)
    spoken = next((i for i, line in enumerate(after[start : start + 10], start) if line.lower() in LANGUAGES), None)
    if spoken is not None:
        fields["language"] = LANGUAGES[after[spoken].lower()]
    body = max((i + 1 for i in (rights, spoken) if i is not None), default=start + 1)
    last = _FACTIVA_DOCUMENT.fullmatch(after[-1]) if after else None
    if last:
        fields["id"] = last["id"]
    fields["text"] = "\n\n".join(after[body : -1 if last else None])
    return fields


def _coded(lines: Sequence[Line]) -> dict[str, list[str]]:
    """Factiva's code -> the lines under it."""
    coded: dict[str, list[str]] = {}
    code = ""
    for _, line in lines:
        found = _FACTIVA_CODE.fullmatch(line)
        if found and found["code"] in _FACTIVA_CODES:
            code = found["code"]
            coded.setdefault(code, [])
            line = found["value"] or ""
        line = line.strip(" \t|")
        if code and line:
            coded[code].append(line)
    return coded


def _of_codes(coded: dict[str, list[str]]) -> dict[str, object]:
    def line(code: str) -> str:
        return " ".join(coded.get(code, ()))

    document = _FACTIVA_DOCUMENT.fullmatch(line("AN"))
    language = line("LA").lower()
    return {
        "title": line("HD"),
        "text": "\n\n".join([*coded.get("LP", ()), *coded.get("TD", ())]),
        "published": f"{_date(line('PD'))} {line('ET')}".strip(),
        "source": line("SN"),
        "author": line("BY"),
        "section": line("SE"),
        "language": LANGUAGES.get(language, language if len(language) == 2 else ""),
        "id": document["id"] if document else line("AN"),
    }

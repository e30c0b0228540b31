"""Advisories by their form: a kill, a correction; and what they say of the report that they are about.

An agency says "EDITORS: Please KILL the story slugged DAM-ORSBY", "CORRECTION: In a story March 4 about a dam...", or
sends the corrected text under "CORRECTED-" with "(Corrects year of last repair in paragraph 5)" above it. The first two
are messages of their own, the third is a version of the report. What an advisory names: a slug, a headline in quotation
marks, an id or an address; a correction in sentences at least what the report was about.

Pure functions over texts. The forms of Anglo-American, French, German, Spanish, Italian, Portuguese, Dutch and Russian
agencies are in the tables; one in another language is an article like any other.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus import AdvisoryKind, fold

_WORDS_MOST = 150
"""Words of an advisory that is no version of the report: agencies' have 20 to 100."""
_HEAD = 400
"""Characters at the beginning of a text where it says what it is."""
_NAMED = 0.6
"""Share of the words of a slug or a headline that the report has. Slugs are cut short: "Dam-Orsby-Evac"."""
_TOLD = 0.5
"""Share of the long words of a correction in sentences that the report has: it repeats the sentence that was wrong."""
_TOLD_WORDS = 4
_HEADLINE_WORDS = 3
_LONG = 5
"""Letters of a word that says what something is about."""
_KILL = (
    r"(?:mandatory |bulletin |story |photo |advisory )?(?:kills?|withhold)|story (?:killed|removed|withdrawn|retracted)"
    r"|killed|withdrawn|withdrawal|retracted|retraction|annullierung|annulliert|storno|stornierung|zurückgezogen"
    r"|zurückziehung|rückruf|annulation|annulé|annulée|annule et remplace|retrait|anulación|anulada|anulado|retirada"
    r"|annullamento|annullata|annullato|ritiro|anulação|cancelada|intrekking|ingetrokken|vervallen|аннулирование"
    r"|аннулировано|отзыв|снято"
)
_CORRECTION = (
    r"corrections?|corrected|corrective|correx|correct|clarification|clarified|errat(?:um|a)(?: corrige)?"
    r"|refile|berichtigung|berichtigt|korrektur|korrigiert|richtigstellung|rectificatifs?|rectification|précision"
    r"|corrección|corregido|corregida|rectificación|aclaración|fe de erratas|fe de errores|rettifica|correzione"
    r"|precisazione|correção|retificação|rectificatie|correctie|исправление|исправлено|поправка|уточнение"
)
_TITLES = {
    kind: re.compile(
        rf"^[\W_]*(?:{words})[\W_]*$|^[\W_]*(?:{words})(?:\s*[:\]),./-]|\s+-)|[,:/(\[-]\s*(?:{words})[\W_]*$"
    )
    for kind, words in ((AdvisoryKind.KILL, _KILL), (AdvisoryKind.CORRECTION, _CORRECTION))
}
"""The word stands alone, in front with a mark behind it, or at the end with a mark before it; in a folded headline."""
_BODIES = {
    AdvisoryKind.KILL: re.compile(
        r"please (?:kill|withhold|disregard|retract|withdraw|do not (?:use|publish|print|run))"
        r"|(?:editors?|attention|eds|note)\b[^.]{0,60}\b(?:kill|withhold|disregard|withdraw)"
        r"|\b(?:kill|killed|killing|withdraw|withdrawn|withdrawing|withdrew|retract|retracted|retracting|withhold|withheld)"
        r"\b[^.]{0,30}\b(?:story|item|article|report|take|photo|dispatch|copy)\b"
        r"|\b(?:story|article|report|item)\b[^.]{0,40}\b(?:has been|have been|was|is|are) (?:being )?"
        r"(?:removed|withdrawn|retracted|killed|withheld)"
        r"|story (?:removed|withdrawn)|kill is mandatory|mandatory kill"
        r"|bitte[^.]{0,60}nicht (?:mehr )?(?:zu )?(?:verwenden|veröffentlichen|publizieren|nutzen)"
        r"|bitte (?:verwenden|veröffentlichen|nutzen|drucken)[^.]{0,100}\bnicht\b"
        r"|(?:meldung|bericht|beitrag|text|artikel)\b[^.]{0,60}(?:zurückgezogen|annulliert|storniert|zurückgerufen)"
        r"|(?:veuillez|prière de|merci de)[^.]{0,20}(?:annuler|ne pas|retirer|ne plus)|est (?:annulée?|retirée?)\b"
        r"|(?:rogamos|por favor|se ruega)[^.]{0,40}(?:anul|no (?:publi|util|usar|usen|difund)|retir)|queda anulad"
        r"|si prega di (?:annullare|non |ritirare)|(?:favor|pedimos|solicitamos)[^.]{0,30}(?:anul|desconsider|não )"
        r"|gelieve[^.]{0,40}(?:niet|intrekken)|(?:просьба|просим)[^.]{0,40}(?:не |аннулир|снять)"
    ),
    AdvisoryKind.CORRECTION: re.compile(
        r"^\W*(?:this )?(?:refiles? to )?(?:corrects|corrected|correcting|clarifies|fixes)\b"
        r"|\((?:refiles? to )?correct(?:s|ing)\b"
        r"|\((?:korrigiert|berichtigt|corrige|rectifie|rettifica|corregge|corrigiert)\b"
        r"|\b(?:erroneously|incorrectly|mistakenly|wrongly)\b|\bmis(?:stated|identified|spelled|spelt|quoted|reported)\b"
        r"|(?:an )?earlier version of (?:this|the) (?:story|article|report)"
        r"|muss es[^.]{0,80}heißen|muss es[^.]{0,40}lauten|irrtümlich|fälschlich"
        r"|(?:il fallait|bien) lire|lire\b[^.]{0,80}(?:et non|au lieu de)|par erreur"
        r"|donde dice|debe decir|léase|por error|erróneamente|onde se lê|leia-se|erroneamente|per errore"
        r"|abusievelijk|ten onrechte|следует читать|ошибочно"
    ),
}  # fmt: skip
_OPENINGS = {
    AdvisoryKind.KILL: re.compile(
        r"\W*(?:(?:attention|editors?|eds|note to|hinweis|achtung|an die redaktion|à l'attention|avis|atención|a los"
        r"|nota|редакторам|вниманию)\b"
        r"|(?:this |the )?(?:story|article|report) (?:has been|was|is) (?:removed|withdrawn|retracted|killed)"
        rf"|(?:{_KILL})\b\s*[:.-])"
    ),
    AdvisoryKind.CORRECTION: re.compile(
        rf"\W*(?:this )?(?:refiles? to )?(?:corrects|clarifies|korrigiert|corrige|{_CORRECTION})\b"
        r"|an earlier version of (?:this|the) (?:story|article|report)"
    ),
}
"""How a body begins under a headline that does not say what it is."""
_SLUGGED = re.compile(r"\b(?:slug(?:ged)?|stichwort|mot-clé|keyword)\b[:\s]+\"?([^\s,;.()\"]+)")
_QUOTED = re.compile(r"\"([^\"]{8,200})\"")
_WORD = re.compile(r"[^\W\d_]+")
_WEB = re.compile(r"https?://[^\s<>\"')\]]+")
_ID = re.compile(r"[\w][\w.:/-]{3,}[\w]")
_ROUTINE = frozenset(
    (
        "bc story stories editors editor please kill kills mandatory bulletin advisory correction corrected correx"
        " withdrawn withhold retraction removed slugged slug headline headlined article report item moved sent desk"
        " substitute eds"
    ).split()
)
"""Words of advisories that no report is called by."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What an advisory says."""

    kind: AdvisoryKind
    is_version: bool
    """It is the report again, corrected; else a message of its own."""
    text: str
    """Headline and body, folded."""
    names: tuple[frozenset[str], ...]
    """The words of each slug and headline that it names."""
    told: frozenset[str]
    """The long words of a message of its own."""
    references: tuple[str, ...]
    """What may be an id or an address of an article, as written."""


def notice_of(title: str, text: str) -> Notice | None:
    """What an article says as an advisory; None where it is none."""
    headline, body = fold(title), fold(text)
    is_version = len(_WORD.findall(body)) > _WORDS_MOST
    for kind in AdvisoryKind:
        is_called = _TITLES[kind].search(headline) is not None
        says_so = _BODIES[kind].search(body[:_HEAD]) is not None
        if (is_called and (says_so or kind is AdvisoryKind.CORRECTION)) or (says_so and _OPENINGS[kind].match(body)):
            return _notice(kind, is_version, headline, body, f"{title}\n{text}")
    if is_version and "correction" in body[-_HEAD:] and _BODIES[AdvisoryKind.CORRECTION].search(body[-_HEAD:]):
        return _notice(AdvisoryKind.CORRECTION, is_version, headline, body, f"{title}\n{text}")
    return None


def _notice(kind: AdvisoryKind, is_version: bool, headline: str, body: str, raw: str) -> Notice:
    names = [_words(match[1]) for match in _SLUGGED.finditer(body)] + [_words(m[1]) for m in _QUOTED.finditer(body)]
    names.append(_words(re.sub(rf"\b(?:{_KILL}|{_CORRECTION})\b", " ", headline)))
    told = frozenset(word for word in _WORD.findall(body) if len(word) >= _LONG and word not in _ROUTINE)
    references = tuple(dict.fromkeys([*_WEB.findall(raw), *(word for word in _ID.findall(raw) if _is_reference(word))]))
    return Notice(
        kind, is_version, f"{headline}\n{body}", tuple(dict.fromkeys(filter(None, names))),
        told if not is_version else frozenset(), references,
    )  # fmt: skip


def _is_reference(word: str) -> bool:
    return any(char.isdigit() for char in word)


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(text) if len(word) >= _HEADLINE_WORDS and word not in _ROUTINE)


def likelihood_of(notice: Notice, title: str, text: str) -> float:
    """How well an article fits what an advisory says of its report, 0..1; 0 where it does not."""
    headline, lead = fold(title), fold(text)
    if len(headline.split()) >= _HEADLINE_WORDS and headline in notice.text:
        return 1.0
    has = frozenset(_WORD.findall(f"{headline} {lead}"))
    named = max((_share(name, has) for name in notice.names), default=0.0)
    if named >= _NAMED:
        return 0.5 + 0.4 * named
    told = len(notice.told & has) / max(1, len(notice.told))
    return told if told >= _TOLD and len(notice.told & has) >= _TOLD_WORDS else 0.0


def _share(name: frozenset[str], has: frozenset[str]) -> float:
    found: Sequence[str] = [word for word in name if word in has or any(other.startswith(word) for other in has)]
    return len(found) / len(name)

"""Small operations on text that several modules need: white space and folding. No words, no files."""

import unicodedata

_PLAIN_QUOTES = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "‘": "'",
        "’": "'",
        "‚": "'",
        "–": "-",
        "—": "-",
        "‑": "-",
        "…": "...",
    }
)


def squeeze(text: str) -> str:
    """Every run of white space becomes one space; none is left at the ends."""
    return " ".join(text.split())


def fold(text: str) -> str:
    """One form for texts a reader would call the same: NFKC, plain quotes and dashes, lower case, squeezed."""
    return squeeze(unicodedata.normalize("NFKC", text).translate(_PLAIN_QUOTES).casefold())

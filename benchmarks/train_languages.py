"""Find what the multilingual encoder's vectors have in common, and the directions in which languages differ.

    python benchmarks/train_languages.py --django FOLDER [--output embeddings/encoders/multilingual-e5-small.npz]

Languages: of Django's own translations (`django/conf/locale` and `django/contrib/*/locale` of its wheel: BSD), the
sentences of four words and more that 85 % of the languages have. Since all say the same, what differs between the
means of two languages is the language. Centre: of this repository's sample archive and of the texts in many languages
that its tests use. Only vectors are kept. The same wheel gives the same file (Django 6.0: 93 sentences, 55 languages).
"""

import argparse
import gettext
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from corpus.readers.files import read_paths
from embeddings.encoders.multilingual import MultilingualEncoder
from embeddings.types import Vectors

LANGUAGES = (
    "af ar bg bn ca cs da de el en es et eu fa fi fr gl he hi hr hu hy id is it ja ka kk ko lt lv mk ml mn ms nb nl pl"
    " pt ro ru sk sl sq sr sv ta te th tr uk ur uz vi zh_Hans"
).split()
_WORDS = 4
_SHARE = 0.85
_PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>|&\w+;|[“”\"]")
_ROOT = Path(__file__).parent.parent


def translations(django: Path) -> list[dict[str, str]]:
    """Of each language: English sentence -> the sentence, without placeholders."""
    found: list[dict[str, str]] = [{} for _ in LANGUAGES]
    for own, language in zip(found, LANGUAGES, strict=True):
        for path in sorted(django.glob(f"**/locale/{language}/LC_MESSAGES/django.mo")):
            with path.open("rb") as file:
                catalogue: Mapping[object, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
            for key, text in catalogue.items():
                if isinstance(key, str) and key and text and text != key:
                    own[key.split("\x04")[-1]] = _plain(text)
    counts = Counter(key for own in found for key in own)
    kept = [key for key, n in counts.items() if n >= _SHARE * len(LANGUAGES) and len(_plain(key).split()) >= _WORDS]
    found[LANGUAGES.index("en")] = {key: _plain(key) for key in kept}
    return [{key: own[key] for key in kept if key in own} for own in found]


def directions(of_languages: Iterable[Mapping[str, Vectors]]) -> Vectors:
    """Orthonormal directions (L - 1, D) of what L languages differ by, from vectors (D,) by sentence of each."""
    every = list(of_languages)
    keys = sorted({key for own in every for key in own})
    mean = {key: np.mean([own[key] for own in every if key in own], axis=0) for key in keys}
    offsets = np.stack([np.mean([own[key] - mean[key] for key in own], axis=0) for own in every])
    _, _, found = np.linalg.svd(offsets - offsets.mean(axis=0), full_matrices=False)
    return np.asarray(found[: len(every) - 1], np.float32)


def news() -> list[str]:
    """Paragraphs of the sample archive, and texts in many languages."""
    texts = [
        paragraph
        for one in read_paths([_ROOT / "sample/archive"])
        if hasattr(one, "article")
        for paragraph in one.article.text.split("\n\n")
    ]
    with (_ROOT / "tests/many_languages.jsonl").open(encoding="utf-8") as lines:
        return texts + [json.loads(line)["text"] for line in lines]


def _plain(text: str) -> str:
    return " ".join(_PLACES.sub(" ", text).split())


def main() -> None:
    """Translate, encode, decompose, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--django", type=Path, required=True, help="the folder of Django's unpacked wheel")
    parser.add_argument(
        "--output", type=Path, default=_ROOT / "embeddings/encoders/multilingual-e5-small.npz", help="file to write"
    )
    given = parser.parse_args()
    encoder = MultilingualEncoder()
    found = []
    for own in translations(given.django):
        found.append(dict(zip(own, encoder.raw(list(own.values())), strict=True)))
    axes = directions(found)
    some = encoder.raw(news())
    centre = (some - (some @ axes.T) @ axes).mean(axis=0)
    np.savez(given.output, centre=centre.astype(np.float32), directions=axes)
    print(f"{len(found)} languages, {max(map(len, found))} sentences, {len(some)} paragraphs: {given.output}")


if __name__ == "__main__":
    main()

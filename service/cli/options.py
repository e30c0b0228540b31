"""Options that several commands share, and opening what they name: the archive, or a server that has it open."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from corpus import Level

if TYPE_CHECKING:
    from ..archive import Archive
    from ..remote import Client
    from ..settings import Settings
    from .backend import Backend

_Command = TypeVar("_Command", bound=Callable[..., Any])
_SERVER = "clew.server"
"""Where the context of a command has `--server`."""


def archive_options(command: _Command) -> _Command:
    """`--data`, `--model` and `--server`; `open_backend` and `open_archive` heed the last by themselves."""

    def keep(context: click.Context, _: click.Parameter, value: str | None) -> None:
        context.meta[_SERVER] = value

    option = click.option(
        "--server", metavar="URL", expose_value=False, callback=keep,
        help="Go through the server at this address; CLEW_SERVER, else one that runs on the data directory.",
    )  # fmt: skip
    return data_options(option(command))


def data_options(command: _Command) -> _Command:
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


@contextmanager
def open_backend(*, write: bool = False, data: Path | None, model: str | None) -> "Iterator[Backend]":
    """What a command asks: a server, where the options name one or one has the data directory open, else the archive.

    This is the one place that decides; commands do not know which it is.
    """
    settings = settings_of(data=data, model=model)
    if client := _server(settings, data):
        from .backend.remote import Remote

        yield Remote(client)
        return
    from ..archive import Archive
    from .backend.embedded import Embedded

    with Archive(settings, write=write) as archive:
        yield Embedded(archive)


def open_archive(*, write: bool = False, data: Path | None, model: str | None) -> "Archive":
    """The archive that the options name, for a command that no server can be asked for.

    Raises:
        click.ClickException: a server is named, or one has the directory open and the command writes.
    """
    from ..archive import Archive
    from ..remote import find_server

    settings = settings_of(data=data, model=model)
    if named := _named_server(settings, data):
        raise click.ClickException(
            f"no server can be asked for this: run it on the machine of {named} with --data DIRECTORY, without --server"
        )
    if write and (address := find_server(settings.data)):
        raise click.ClickException(
            f"no server can be asked for this, and {address} has {settings.data} open: stop that one first"
        )
    return Archive(settings, write=write)


def _named_server(settings: "Settings", data: Path | None) -> str:
    """The address of the server that the command line names, else the settings, unless there is `--data`."""
    given = click.get_current_context().meta.get(_SERVER)
    return str(given or ("" if data else settings.server))


def _server(settings: "Settings", data: Path | None) -> "Client | None":
    from ..remote import Client, find_server

    named = _named_server(settings, data)
    address = None if named else find_server(settings.data)
    if not named and address is None:
        return None
    return Client(named or str(address and address.url), say=lambda line: click.echo(line, err=True))

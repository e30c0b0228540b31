"""`clew doctor` and `clew settings`: is everything in order, and what is in force."""

import sys
from pathlib import Path

import click

from .options import data_options, json_option, settings_of
from .output import print_json


@click.command()
@data_options
@json_option
def doctor(data: Path | None, model: str | None, as_json: bool) -> None:
    """Check versions, the model's checksum, and the store against everything made from it. Changes nothing."""
    from ..doctor import examine

    findings = examine(settings_of(data=data, model=model))
    if as_json:
        print_json([finding.__dict__ for finding in findings])
    else:
        for finding in findings:
            click.echo(f"{finding.level:<5} {finding.subject}: {finding.words}")
    if any(finding.level == "wrong" for finding in findings):
        sys.exit(1)


@click.command()
@data_options
def settings(data: Path | None, model: str | None) -> None:
    """Show every setting: its value in force, its variable and what it means."""
    from ..settings import settings_table

    force = settings_of(data=data, model=model)
    for name, variable, _, meaning in settings_table():
        click.echo(f"{name} = {getattr(force, name)}  ({variable})  {meaning}")

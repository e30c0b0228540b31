"""The command `clew`. Each command parses, calls one function and prints; heavy imports wait until they are needed."""

import click

from .align import align, novelty
from .decisions import DECISION_COMMANDS
from .duplicates import duplicates
from .follow import follow
from .ingest import ingest
from .maintenance import doctor, settings
from .related import related
from .review import review
from .runs import RUN_COMMANDS
from .serve import serve
from .threads import threads
from .versions import diff, versions
from .why import why

_OLD_NAMES = {
    "judge": "label", "judgements": "labels", "take-back": "undo", "least": "min-score", "most": "max-score",
    "unlink": "separate",
}  # fmt: skip
"""What commands and options were called before -> what they are called now."""


class _Commands(click.Group):
    """Says our own errors in a line; everything else is a fault of the program and shows its trace."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            from corpus import CorpusError
            from embeddings.errors import EmbeddingsError

            from ..errors import ServiceError

            if isinstance(error, (CorpusError, EmbeddingsError, ServiceError)):
                raise click.ClickException(str(error)) from error
            raise


@click.group(
    cls=_Commands,
    context_settings={
        "help_option_names": ["-h", "--help"], "max_content_width": 100,
        "token_normalize_func": lambda token: _OLD_NAMES.get(token, token),
    },
)  # fmt: skip
@click.version_option(package_name="clew")
def main() -> None:
    """Find related coverage, story threads and duplicates in a news archive."""


for command in (
    ingest, follow, related, align, novelty, threads, duplicates, review, versions, diff, serve, doctor, settings,
):  # fmt: skip
    main.add_command(command)
for command in (why, *RUN_COMMANDS, *DECISION_COMMANDS):
    threads.add_command(command)

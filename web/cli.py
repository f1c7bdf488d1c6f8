"""The command `makeroom`: finds the asked-for command and nothing else, so each starts fast."""

import gc
from importlib import import_module
from importlib.metadata import version

import click

from bot.errors import MakeroomError

COMMANDS = {
    "serve": "Serve the chat.",
    "chat": "Talk in the terminal.",
    "check": "Find what is wrong with a script, or should be better.",
    "prove": "Show that a script keeps its promises in every talk there can be.",
    "replay": "Play .chat files as tests.",
    "graph": "Draw a dialogue: its steps and the ways between them.",
    "read": "Write a whole dialogue as one page that can be read.",
    "translate": "Write catalogues for translators, or bring them up to date.",
    "hear": "Show what is heard in each line of standard input.",
    "doctor": "Look for what is out of date or out of order.",
    "backup": "Copy the store while people talk.",
}
"""Each has a module `web.commands.<name>` with a click command of the same name."""


class LateGroup(click.Group):
    """A group whose commands are imported when they are run, not to list them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name all commands in the order a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command; unknown names are left for click to report."""
        if cmd_name not in COMMANDS:
            return None
        gc.disable()  # modules stay: looking through them for garbage is a tenth of the start
        command = getattr(import_module(f"web.commands.{cmd_name}"), cmd_name)
        gc.enable()
        if not isinstance(command, click.Command):
            raise TypeError(f"web.commands.{cmd_name}.{cmd_name} is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from the table above, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("makeroom"), prog_name="makeroom")
def makeroom() -> None:
    """Run a guided reflection on anxiety, in a chat."""


def main() -> None:
    """Run the command; what we raise on purpose becomes one sentence and exit code 2."""
    try:
        makeroom(standalone_mode=True)
    except MakeroomError as error:
        click.echo(f"makeroom: {error}", err=True)
        raise SystemExit(2) from None

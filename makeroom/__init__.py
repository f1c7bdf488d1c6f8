"""The name of the whole, so that `python -m makeroom` is the command."""

"""`python -m makeroom`: the command, where its script isn't on the path."""

from web.cli import main

main()

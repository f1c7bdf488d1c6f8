"""`python -m web`: the command `makeroom`, also from a folder that isn't installed."""

from web.cli import main

main()

"""Lets `python -m scaffold` be the command."""

from scaffold.cli.main import main

main()

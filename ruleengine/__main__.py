"""`python -m ruleengine` is the command line."""

from ruleengine.cli.main import main

main()

"""Progress, said line by line."""

import sys


def say(line: str) -> None:
    """Print one line of progress, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()

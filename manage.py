#!/usr/bin/env python3
"""The one door: `demo`, `test`, and every command of Django's.

Written so that an old Python can read it as far as the sentence that refuses it.
"""

import sys

OLDEST = (3, 11)


def main():
    """Set up the environment if it is missing, then do what was asked."""
    if sys.version_info < OLDEST:
        sys.exit(
            "Careplan needs Python 3.11 or newer; this is Python %s.\n"
            "Install a newer one, then run: python3.11 manage.py %s"
            % (sys.version.split()[0], " ".join(sys.argv[1:]))
        )
    from careplan import bootstrap

    sys.exit(bootstrap.run(sys.argv[1:]))


if __name__ == "__main__":
    main()

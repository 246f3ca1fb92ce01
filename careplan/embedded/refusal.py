"""What a person reads when a command cannot go on."""


class Refusal(Exception):
    """A command stops; the sentence says why and what to do next."""

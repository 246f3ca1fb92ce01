"""Marks a sentence for translation where no framework may be imported.

The collector of messages finds it by its name; whoever shows the sentence
translates it: ``{% trans finding.rule %}``.
"""


def gettext_noop(message: str) -> str:
    """The sentence as it is."""
    return message

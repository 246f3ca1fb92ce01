"""How a rule says no: a stable code for tests and logs, a kind sentence for people."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule refused. `sentence` says what to do next; `code` never changes.

    Subclasses set both. `details` fills the sentence's named places; it is never
    written to a log.
    """

    code = "refused"
    sentence = _("That is not possible right now.")

    def __init__(self, sentence: str | None = None, **details: object) -> None:
        self.details: Mapping[str, object] = details
        self.said = str(sentence or self.sentence).format(**details)
        super().__init__(self.code)

    def __str__(self) -> str:
        return self.said


class StaleVersion(DomainError):
    """The thing was changed by someone else since the page was opened."""

    code = "stale_version"
    sentence = _("This plan changed while you were reading. Your text is kept below.")


class NotAllowed(DomainError):
    """The person may know the thing, but the act is not theirs."""

    code = "not_allowed"
    sentence = _("This is for someone else on the team to do.")

"""How the journal's rules say no."""

from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError


class AnswerRefused(DomainError, ValueError):
    """An answer that the instrument does not offer."""

    code = "answer_refused"
    sentence = _("Choose one of the answers shown.")


class ReportRefused(DomainError, ValueError):
    """A side effect that is not on the list, or of no known strength."""

    code = "side_effect_refused"
    sentence = _("Choose a side effect from the list and how strong it is.")


class SleepRefused(DomainError, ValueError):
    """Times that cannot be one night."""

    code = "sleep_refused"
    sentence = _("Check the times. You cannot be awake longer than you were in bed.")

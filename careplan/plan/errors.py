"""How the rules of the plan say no, each with what to do next."""

from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError, NotAllowed, StaleVersion

__all__ = ["NotAllowed", "StaleVersion"]


class OnlyPrescriber(NotAllowed):
    """Nobody but a prescriber starts, raises, lowers or stops (decisions 5)."""

    code = "only_prescriber"
    sentence = _("Only a prescriber can start, raise, lower or stop a medicine.")


class PartMissing(DomainError):
    """A needed part is blank, and a blank part cannot be signed (L11)."""

    code = "part_missing"
    sentence = _("Fill in {part} first. A blank part cannot be agreed.")


class NoReviewDate(PartMissing):
    """No version without a day to look again (L12)."""

    code = "no_review_date"
    sentence = _("Give a day to look at this again.")


class NoApproach(PartMissing):
    """No version before the choice of approach was weighed (L13)."""

    code = "no_approach"
    sentence = _(
        "First note which approach was chosen, what was weighed, "
        "and what {name} wants, in their words."
    )


class OpenAlready(DomainError):
    """One open suggestion per medicine at a time."""

    code = "open_already"
    sentence = _(
        "There is already an open suggestion about this medicine, from {who}. "
        "It has to be answered or taken back first."
    )


class NotOpen(DomainError):
    """The suggestion is decided: agreed, declined, taken back or out of time."""

    code = "not_open"
    sentence = _("This suggestion is closed. It can no longer be answered.")


class NotAsked(NotAllowed):
    """The person is not one of those whose answer was asked."""

    code = "not_asked"
    sentence = _("This suggestion waits for other people's answers.")


class TextChanged(StaleVersion):
    """The answer names a text other than the one that stands."""

    code = "text_changed"
    sentence = _("This suggestion changed since you read it. Read the new text first.")


class WordsMissing(DomainError):
    """An act that needs words came without them."""

    code = "words_missing"
    sentence = _("Write a few words, so that the others understand.")


class NotForSafety(DomainError):
    """Only hold, lower or stop may start at once (decisions 6)."""

    code = "not_for_safety"
    sentence = _("Only holding, lowering or stopping can start at once.")


class SafetyStands(DomainError):
    """A stop made for safety cannot be held (decisions 5)."""

    code = "safety_stands"
    sentence = _(
        "This was changed for safety and cannot be held. Call {name} if you "
        "are worried about it."
    )


class NothingToHold(DomainError):
    """No step waits, so there is nothing to hold."""

    code = "nothing_to_hold"
    sentence = _("No step is waiting for this medicine.")


class HeldNow(DomainError):
    """The medicine is held: end the hold before releasing a step."""

    code = "held_now"
    sentence = _("This medicine is held. End the hold before the next step.")


class NotNextStep(DomainError):
    """Steps are released one by one, in their order."""

    code = "not_next_step"
    sentence = _("Steps are released one by one. Another step comes first.")


class GateSaysWait(DomainError):
    """The gate holds; the prescriber may go on with a reason."""

    code = "gate_says_wait"
    sentence = _("Write why you go on although the check says to wait.")


class GateSaysBack(DomainError):
    """The gate asks for a look at going back; no reason passes it (clinical.md 6)."""

    code = "gate_says_back"
    sentence = _(
        "The check says to look at going back a step, and a reason does not pass it. "
        "Go back, stay at this dose, or talk and ask for a new check."
    )


class PhaseNotAgreed(DomainError):
    """A phase may only change with a change everybody asked has agreed to."""

    code = "phase_not_agreed"
    sentence = _("Agree on this change of phase in the plan first.")


class NotChosen(DomainError):
    """An answer outside the list."""

    code = "not_chosen"
    sentence = _("Choose one of the answers.")


class SheetClosed(DomainError):
    """A worksheet that was looked at together is closed; a new one can be given."""

    code = "sheet_closed"
    sentence = _(
        "You looked at this together already. Your therapist can give it again."
    )


class NoPrescriber(DomainError):
    """Nobody on the team prescribes, so nobody can be asked."""

    code = "no_prescriber"
    sentence = _("There is no prescriber on the team who could answer.")

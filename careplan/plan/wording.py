"""Doses, days and times in words a person reads (ux.md 10.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from careplan.common.catalogue import medicines
from careplan.plan.canonical import decimal_text
from careplan.plan.models.medication import DoseTime
from careplan.plan.tablets import Piece, Strength, tablets_for


def dose(amount: Decimal, unit: str) -> str:
    """Return "7.5 mg": a space, no trailing zero, no unsafe short units."""
    spelled = _("micrograms") if unit in {"µg", "ug", "mcg"} else unit
    return f"{decimal_text(amount)} {spelled}"


def within(name: str, catalogue_id: str) -> str:
    """Return a medicine's name inside a sentence: a generic name is not capitalised,
    a brand or a name typed by hand stays as it is."""
    coded = medicines.medicine(catalogue_id) if catalogue_id else None
    is_generic = coded is not None and coded.name.casefold() == name.casefold()
    return name[:1].lower() + name[1:] if is_generic else name


def day(value: date) -> str:
    """Return "Monday 30 November", with the year when it is not near at hand."""
    return date_format(value, "l j F Y")


def short_day(value: date) -> str:
    """Return "30 Nov"."""
    return date_format(value, "j M")


def listed(parts: Iterable[str]) -> str:
    """Return "a, b and c"."""
    words = [part for part in parts if part]
    if len(words) < 2:
        return "".join(words)
    return _("{first} and {last}").format(first=", ".join(words[:-1]), last=words[-1])


def times(slots: Mapping[str, Decimal], unit: str) -> str:
    """Return when a day's dose is taken: one slot by name, several with amounts."""
    known = [(slot, slots[slot]) for slot in DoseTime.Slot.values if slot in slots]
    if len(known) == 1:
        return str(DoseTime.Slot(known[0][0]).label)
    return listed(
        f"{dose(amount, unit)} {DoseTime.Slot(slot).label}" for slot, amount in known
    )


def dose_and_times(
    amount: Decimal, unit: str, slots: Mapping[str, Decimal], every_days: int = 1
) -> str:
    """Return "75 mg in the morning", or "Stop" for no dose."""
    if amount == 0:
        return _("Stop")
    words = f"{dose(amount, unit)} {times(slots, unit)}".strip()
    return ", ".join(part for part in (words, every(every_days)) if part)


def every(days: int) -> str:
    """Return "every 14 days", or "" for a medicine of every day."""
    return _("every {n} days").format(n=days) if days != 1 else ""


def tablets(amount: Decimal, strengths: Iterable[Strength], unit: str) -> str:
    """Return which tablets make one dose, or "no exact tablets"; "" with none at hand."""
    at_hand = tuple(strengths)
    if not at_hand or amount == 0:
        return ""
    made = tablets_for(amount, at_hand)
    if made is None:
        return _("no exact tablets")
    return listed(_piece(piece, unit) for piece in made.pieces)


def taken_as(
    amount: Decimal,
    slots: Mapping[str, Decimal],
    strengths: Iterable[Strength],
    unit: str,
) -> str:
    """Return which tablets are taken when: "1 tablet of 50 mg, in the morning".

    A day's dose in several parts is made up part by part: two tablets that add up to
    the day may still not make either half of it (R4).
    """
    at_hand = tuple(strengths)
    if len(slots) < 2 or not at_hand:
        made, when = tablets(amount, at_hand, unit), times(slots, unit)
        return ", ".join(part for part in (made, when) if part)
    parts = {slot: tablets(part, at_hand, unit) for slot, part in slots.items()}
    if not can_be_made(amount, slots, at_hand):
        return ", ".join((_("no exact tablets"), times(slots, unit)))
    known = [slot for slot in DoseTime.Slot.values if slot in slots]
    return listed(f"{parts[slot]} {DoseTime.Slot(slot).label}" for slot in known)


def can_be_made(
    amount: Decimal, slots: Mapping[str, Decimal], strengths: Iterable[Strength]
) -> bool:
    """Say whether every part of a day's dose comes out exactly."""
    at_hand = tuple(strengths)
    parts = [part for part in slots.values() if part > 0] or [amount]
    return all(tablets_for(part, at_hand) is not None for part in parts)


def _piece(piece: Piece, unit: str) -> str:
    strength = dose(piece.strength, unit)
    if not piece.half:
        return ngettext(
            "{n} tablet of {strength}", "{n} tablets of {strength}", piece.count
        ).format(n=piece.count, strength=strength)
    return _("half a tablet of {strength}").format(strength=strength)

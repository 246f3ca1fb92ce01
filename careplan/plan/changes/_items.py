"""What changes of one plain item share: add it, change it, end it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from careplan.plan import canonical
from careplan.plan.change import Application, ChangeKind, Values
from careplan.plan.errors import StaleVersion
from careplan.plan.models import Plan
from careplan.plan.models.items import PlanItem


class ItemKind(ChangeKind):
    """One row of one table. Values: item? (its id), end?, because?, and its fields."""

    model: ClassVar[type[PlanItem]]
    fields: ClassVar[tuple[str, ...]]
    needed: ClassVar[Mapping[str, Any]] = {}
    name_field: ClassVar[str]

    def item(self, plan: Plan, values: Values) -> PlanItem | None:
        """Return the standing item meant, of this patient only, or None.

        An item that ended since is none: its suggestion stands on nothing.
        """
        if not values.get("item"):
            return None
        rows = self.model._default_manager.filter(patient=plan.patient_id)
        return rows.filter(pk=values["item"], ended_at=None).first()

    def named(self, plan: Plan, values: Values) -> str:
        """Return what the item is called, after the change if it stays."""
        if values.get(self.name_field) and not values.get("end"):
            return self.shown(self.name_field, values[self.name_field])
        row = self.item(plan, values)
        return self.shown(self.name_field, getattr(row, self.name_field, ""))

    def shown(self, field: str, value: Any) -> str:
        """Return a value as a person reads it."""
        choices = dict(self.model._meta.get_field(field).flatchoices)  # type: ignore[union-attr]
        return str(choices.get(value, value))

    def title(self, plan: Plan, values: Values) -> str:
        words = {"label": self.label, "name": self.named(plan, values)}
        if values.get("end"):
            return _("End: {name}").format(**words)
        if values.get("item"):
            return _("Change: {name}").format(**words)
        return _("{label}: {name}").format(**words)

    def sentence(self, plan: Plan, values: Values) -> str:
        title = self.title(plan, values)
        because = str(values.get("because", "")).strip()
        return f"{title}. {because}".strip() if because else f"{title}."

    def missing(self, plan: Plan, values: Values) -> str:
        if values.get("end"):
            return ""
        for field, words in self.needed.items():
            if not str(values.get(field) or "").strip():
                return str(words)
        return ""

    def basis(self, plan: Plan, values: Values) -> str:
        row = self.item(plan, values)
        if row is None:
            return ""
        return canonical.section_hash(
            {field: getattr(row, field) for field in self.fields}
        )

    def apply(self, values: Values, to: Application) -> None:
        row = self.item(to.plan, values)
        if row is None and (values.get("item") or values.get("end")):
            raise StaleVersion
        if values.get("end") and row is not None:
            self.end(row, values, to)
            return
        if row is None:
            row = self.model(patient_id=to.plan.patient_id, added_by_id=to.version_id)
            self.prepare(row, values, to)
        for field in self.fields:
            if field in values:
                self._put(row, field, values[field])
        row.changed_at = to.now
        row.save()

    def prepare(self, row: Any, values: Values, to: Application) -> None:
        """Fill what the values do not say, for a new row."""

    def end(self, row: PlanItem, values: Values, to: Application) -> None:
        """End the item; it stays in the past versions."""
        row.ended_by_id, row.ended_at = to.version_id, to.now
        row.ended_because = str(values.get("because", ""))[:500]
        row.save(update_fields=["ended_by", "ended_at", "ended_because"])

    def _put(self, row: PlanItem, field: str, value: Any) -> None:
        column: Any = self.model._meta.get_field(field)
        attname = getattr(column, "attname", field)
        setattr(row, attname, column.to_python(value) if value else _empty(column))


def _empty(column: Any) -> Any:
    return None if column.null else ""

"""Everything about one person, as she may take it with her (O6, security.md G5).

What belongs in it is found by looking at the models, so that a table made tomorrow is
in it tomorrow: every row with a `patient_id`, every column of it. Rows are read as the
person herself, so row security says a second time that they are hers. The messages we
sent to her are in it as they were written; those to others about her are not hers.

Left out, and listed in the file: her key (a secret, not a fact about her) and the
machinery's own rows that she may not read.
"""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from django.apps import apps
from django.db import models
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from careplan.outbox.models import Message
from patients.columns import NOTHING, Table, cell, spelled, table
from patients.models import ContactDetails, Patient, PatientKey, TermsAnswer, User

FORMAT = "careplan-record"
VERSION = 1
OURS = ("patients", "journal", "careplan")
LEFT_OUT = (PatientKey,)
FAST = 4  # of nine levels of packing: half the time of the usual one for a tenth more
ABOUT_ACCOUNT = ("name", "preferred_name", "pronouns", "email", "time_zone", "language")


def patient_models() -> list[type[models.Model]]:
    """List every model with rows of patients, in the order of their apps."""
    found = [model for model in apps.get_models() if _is_patients(model)]
    return [model for model in found if model not in LEFT_OUT]


def _is_patients(model: type[models.Model]) -> bool:
    ours = model.__module__.partition(".")[0] in OURS
    return ours and any(f.attname == "patient_id" for f in model._meta.concrete_fields)


def tables(patient: Patient) -> list[Table]:
    """Read the whole record of `patient`. Call it as the patient."""
    own = [table(Patient, Patient.objects.filter(pk=patient.pk))]
    answers = TermsAnswer.objects.filter(user=patient.user_id)
    own.append(table(TermsAnswer, answers))
    own.append(table(Message, Message.objects.filter(recipient=patient.user_id)))
    return own + [
        table(model, model._default_manager.filter(patient_id=patient.pk))
        for model in patient_models()
    ]


def people_named(found: list[Table]) -> dict[str, str]:
    """Give the names behind the ids of people, as the pages show them.

    What is the key of a row here is nobody's: the history names every row by its key.
    """
    rows = frozenset[str]().union(*(table.keys for table in found))
    ids = frozenset[str]().union(*(table.people for table in found)) - rows
    return {str(user.pk): user.called for user in User.objects.filter(pk__in=ids)}


def as_json(
    patient: Patient, *, now: dt.datetime, found: list[Table] | None = None
) -> str:
    """Write the record as JSON: what a program, or another service, reads.

    `found` is the record where somebody has read it already.
    """
    found = tables(patient) if found is None else found
    account = {field: getattr(patient.user, field) for field in ABOUT_ACCOUNT}
    about = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": now.isoformat(),
        "account": account,
        "people": people_named(found),
        "left_out": ["the key that opens the texts, which is a secret"],
    }
    rows = ",\n".join(f"{spelled(t.label)}: [{_rows(t)}]" for t in found)
    return f'{spelled(about)[:-1]},\n"tables": {{\n{rows}\n}}}}\n'


def _rows(table: Table) -> str:
    """One row a line: to be read by people too, and spelled by the fast encoder,
    which a whole indented document never meets."""
    return ",\n".join(
        spelled(dict(zip(table.columns, row, strict=True))) for row in table.rows
    )


def as_zip(patient: Patient, *, now: dt.datetime) -> bytes:
    """Pack the record: a page to read, one table a file, and JSON."""
    found = tables(patient)
    names = people_named(found)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as pack:
        pack.writestr("record.json", as_json(patient, now=now, found=found))
        pack.writestr("read-me-first.html", as_page(patient, found, names, now=now))
        for table in found:
            if table.rows:
                pack.writestr(f"tables/{table.label}.csv", _csv(table))
    return held.getvalue()


def as_page(
    patient: Patient, found: list[Table], names: dict[str, str], *, now: dt.datetime
) -> str:
    """Write the record as one page that needs nothing else to be read."""
    context = {
        "patient": patient,
        "now": now,
        "tables": [(t, list(_said(t, names))) for t in found if t.rows],
        "contact": ContactDetails.objects.filter(patient=patient).last(),
    }
    return render_to_string("patients/export.html", context)


def _said(table: Table, names: dict[str, str]) -> Iterator[SafeString]:
    """Write each row as a list of terms, every word escaped by its column's kind.

    A template takes thirty times as long: at 10,000 entries there are half a million.
    """
    titles = (c.removesuffix("_id").replace("_", " ") for c in table.columns)
    terms = [f"<dt><strong>{escape(title)}</strong></dt><dd>" for title in titles]
    known = {one: escape(name) for one, name in names.items()}
    reads = [kind.read for kind in table.kinds]
    for row in table.rows:
        yield SafeString(
            "".join(
                f"{term}{_one(value, read, known)}</dd>"
                for term, value, read in zip(terms, row, reads, strict=True)
                if value not in NOTHING
            )
        )


def _one(value: Any, read: Callable[[Any], str], known: dict[str, str]) -> str:
    if read is str and value in known:
        return known[value]
    return read(value)


def _csv(table: Table) -> str:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(table.columns)
    rows.writerows([harmless(cell(value)) for value in row] for row in table.rows)
    return out.getvalue()


def harmless(cell: str) -> str:
    """Keep a spreadsheet from reading a cell as a formula (ASVS 1.2.10)."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell

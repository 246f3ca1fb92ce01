"""Versions of the plan: exact text, its hash, the version before, who signed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from careplan.plan import canonical, compare
from careplan.plan.contents import SECTIONS, contents
from careplan.plan.errors import StaleVersion
from careplan.plan.models import (
    Plan,
    PlanVersion,
    PlanVersionSection,
    Response,
    Signature,
)
from patients.models import User


@dataclass(frozen=True)
class Signer:
    """One person beside a version, and what their answer was."""

    user_id: UUID
    role: str
    kind: str
    signed_at: datetime | None
    response: Response | None = None


def write(
    plan: Plan,
    *,
    version_id: UUID,
    kind: str,
    author: User,
    why: Mapping[str, str],
    signers: Iterable[Signer],
    now: datetime,
) -> PlanVersion:
    """Write down how the plan stands now as its next version, signed.

    `why` gives the reason by topic, for sections that changed. Call it at the end of
    the transaction that changed the items, with the plan locked and acting as
    `system("apply")`. Refuses with StaleVersion when another version came between.
    """
    previous = PlanVersion.objects.filter(plan=plan).order_by("-number").first()
    number = previous.number + 1 if previous else 1
    texts = _texts(plan, previous, why)
    hashes = {topic: canonical.digest(text) for topic, text in texts.items()}
    version = PlanVersion(
        id=version_id,
        patient_id=plan.patient_id,
        plan=plan,
        number=number,
        kind=kind,
        previous_hash=previous.hash if previous else None,
        section_hashes=hashes,
        author=author,
        agreed_at=now,
    )
    version.hash = hash_of(version)
    version.save(force_insert=True)
    _write_sections(version, texts, hashes)
    _write_signatures(version, signers)
    _move_on(plan, number)
    return version


def hash_of(version: PlanVersion) -> str:
    """Return the hash this version ought to have, from what it holds."""
    facts = {
        "kind": version.kind,
        "plan": version.plan_id,
        "author": version.author_id,
        "agreed_at": version.agreed_at,
    }
    return canonical.version_hash(
        number=version.number,
        sections=version.section_hashes,
        previous=version.previous_hash,
        facts=facts,
    )


def _texts(
    plan: Plan, previous: PlanVersion | None, why: Mapping[str, str]
) -> dict[str, str]:
    before = section_contents(previous) if previous else {}
    texts = {}
    for topic, section in contents(plan).items():
        old = before.get(topic, {})
        is_same = canonical.plain(section["items"]) == old.get("items")
        reason = old.get("why", "") if is_same else why.get(topic, "")
        texts[topic] = canonical.canonical({**section, "why": reason})
    return texts


def _write_sections(
    version: PlanVersion, texts: Mapping[str, str], hashes: Mapping[str, str]
) -> None:
    PlanVersionSection.objects.bulk_create(
        PlanVersionSection(
            patient_id=version.patient_id,
            version=version,
            topic=topic,
            content=text,
            hash=hashes[topic],
        )
        for topic, text in texts.items()
    )


def _write_signatures(version: PlanVersion, signers: Iterable[Signer]) -> None:
    Signature.objects.bulk_create(
        Signature(
            patient_id=version.patient_id,
            version=version,
            user_id=signer.user_id,
            role=signer.role,
            kind=signer.kind,
            hash=version.hash,
            signed_at=signer.signed_at,
            response=signer.response,
        )
        for signer in signers
    )


def _move_on(plan: Plan, number: int) -> None:
    moved = Plan.objects.filter(pk=plan.pk, number=number - 1).update(number=number)
    if not moved:
        raise StaleVersion
    plan.number = number


def section_contents(version: PlanVersion) -> dict[str, dict[str, object]]:
    """Return what the reader may see of a version's sections, by topic."""
    return {
        section.topic: json.loads(section.content) for section in version.sections.all()
    }


def what_changed(
    before: PlanVersion | None, after: PlanVersion
) -> tuple[compare.ItemChange, ...]:
    """Return the difference of two versions in the sections the reader may see."""
    was = section_contents(before) if before else {}
    return compare.what_changed(was, section_contents(after))


@dataclass(frozen=True)
class ChainFault:
    """One place where the chain of versions does not hold."""

    number: int
    what: str


def faults(plan: Plan) -> tuple[ChainFault, ...]:
    """Check every version, section and signature of a plan against its hash.

    Needs eyes for all sections: run it as the patient or as `system("apply")`.
    """
    found: list[ChainFault] = []
    before: PlanVersion | None = None
    versions = PlanVersion.objects.filter(plan=plan).order_by("number")
    for version in versions.prefetch_related("sections", "signatures"):
        found += _faults_of(version, before)
        before = version
    return tuple(found)


def _faults_of(version: PlanVersion, before: PlanVersion | None) -> list[ChainFault]:
    sections = list(version.sections.all())
    tests = {
        "number": version.number == (before.number + 1 if before else 1),
        "previous": version.previous_hash == (before.hash if before else None),
        "hash": version.hash == hash_of(version),
        "sections": {s.topic for s in sections} == {t.value for t in SECTIONS},
        "section hash": all(
            s.hash == canonical.digest(s.content) == version.section_hashes[s.topic]
            for s in sections
        ),
        "signature": all(
            signature.hash == version.hash for signature in version.signatures.all()
        ),
    }
    return [
        ChainFault(version.number, what) for what, holds in tests.items() if not holds
    ]

"""One cell of the table: one real request, and what is wrong with its answer."""

import itertools
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.urls import reverse

from patients.topics import TABLES, TEAM, Topic
from tests.access import addresses, canaries
from tests.access.addresses import Address
from tests.access.arguments import ARGUMENTS, asked_about
from tests.access.rules import GROUPS, Rule, rule_of
from tests.access.scene import Scene, Who
from tests.access.table import FREE_OF_SECOND_FACTOR, TABLE
from tests.access.thrift import REFUSALS

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
FOUND = re.compile(rb"CANARY-[A-Za-z_.-]*|CNRY[0-9a-f]{8,}")
TOPICS = frozenset(Topic.values)
SIGN_IN = settings.LOGIN_URL
SECOND_FACTOR = "/settings/sign-in/needed/"


@dataclass(frozen=True)
class Cell:
    """Who asks which address how, about whose object."""

    address: Address
    method: str
    who: Who
    record: str  # whose object stands in the address, or ""
    is_mixed: bool = False  # the record of one, the object of the other

    def __str__(self) -> str:
        about = f" {self.record}" + (" (another's object)" if self.is_mixed else "")
        return f"{self.who.name} {self.method} {self.address.name}{about}"


@dataclass
class Verdict:
    """What came back and what is wrong with it."""

    status: int
    wrong: list[str] = field(default_factory=list)
    leaks: int = 0


def of(address: Address, scene: Scene, methods=METHODS) -> Iterator[Cell]:
    """Give every cell of one address."""
    about = asked_about(address)
    for (record, mixed), who, method in itertools.product(
        about, scene.people.values(), methods
    ):
        yield Cell(address, method, who, record, mixed)


# --- asking ------------------------------------------------------------------------


def path_of(cell: Cell, scene: Scene) -> str:
    """Give the address with the objects of a record in it."""
    other = {"maya": "noor", "noor": "maya"}.get(cell.record, "")
    inner = other if cell.is_mixed else cell.record
    given = {
        name: _argument(cell, name, inner, scene) for name in cell.address.arguments
    }
    if cell.address.name.startswith("unnamed:"):
        return "/" + cell.address.route
    return reverse(cell.address.name, kwargs=given)


def _argument(cell: Cell, name: str, inner: str, scene: Scene) -> object:
    special = ARGUMENTS.get(cell.address.name, {}) | {}
    if name == "record":
        return scene.worlds[cell.record].patient.pk
    if name in special:
        chosen = special[name]
        return chosen(scene, inner) if callable(chosen) else chosen
    label = addresses.OBJECTS.get(name)
    if label:
        return scene.worlds[inner].rows[label].pk
    return addresses.PLAIN[name]


def ask(cell: Cell, scene: Scene, *, reads_statuses: bool = True) -> Verdict:
    """Send the request, judge the answer, and undo whatever it did."""
    path = path_of(cell, scene)
    client = scene.clients[cell.who.name]
    cookies = client.cookies.copy()
    role = connection.settings_dict["USER"]
    about = (cell.who.name, cell.record, cell.is_mixed)
    REFUSALS.asking = (*about, role, reads_statuses)
    with transaction.atomic(), connection.execute_wrapper(writes := Writes()):
        HEARD.lines.clear()
        answer = client.generic(cell.method, path)
        verdict = Verdict(answer.status_code)
        if not connection.needs_rollback:
            # A refusal has undone what came before it.
            written = writes.rows if answer.status_code not in UNDONE else 0
            _judge(cell, scene, path, answer, verdict, written, reads_statuses)
        else:
            verdict.wrong.append("left a broken transaction")
        if FOUND.search("\n".join(HEARD.lines).encode()):
            verdict.leaks += 1
            verdict.wrong.append("wrote a person's words into a log")
        transaction.set_rollback(True)
    client.cookies = cookies
    return verdict


def _judge(
    cell: Cell,
    scene: Scene,
    path: str,
    answer: HttpResponseBase,
    verdict: Verdict,
    written: int,
    reads_statuses: bool,
) -> None:
    rule = TABLE[cell.address.name].rule(cell.method)
    may = allowed(rule, cell)
    said = (answer.status_code, answer.headers.get("Location", ""))
    # A lock alone shows those who may what they may: else both together might not.
    reads_status = reads_statuses or (may and cell.method == "GET")
    if reads_status and (wrong := _wrong_status(cell, rule, may, path, *said)):
        verdict.wrong.append(wrong)
    by_rows = ALSO_BY_ROWS.get(cell.address.name)
    if by_rows and not reads_statuses:
        may = may or allowed(by_rows, cell)
    if written and not (may and not rule.is_none):
        verdict.wrong.append(f"wrote {written} rows")
    verdict.wrong += _bare(answer, cell)
    seen = found_in(answer)
    for record, label, is_private in seen:
        if not _may_see(cell.who, record, label, is_private=is_private):
            verdict.leaks += 1
            verdict.wrong.append(f"shows {record}'s {label or 'text'}")
    if reads_statuses:
        verdict.wrong += _unnoted(
            cell.who, seen, scene, is_list=not cell.address.arguments
        )


# Acts that row security leaves to more people than their page does (`rows.txt`), since
# a page of those people's own does the same: asked only with the application's lock off.
ALSO_BY_ROWS = {
    "home:end_allergy": rule_of("medicines by signers,care_manager"),
    "journal:measure_stop": rule_of("own"),
    "patients:sharing_stop": rule_of("member by therapist"),  # whose own place it is
}


def _unnoted(
    who: Who, seen: set[tuple[str, str, bool]], scene: Scene, *, is_list: bool
) -> list[str]:
    """B1: exactly one access row for each record that somebody else has read.

    A list over many records may show two parts of one, each with its own row.
    """
    wrong = []
    for record in {r for r, label, _ in seen if TABLES.get(label) in TOPICS}:
        if record == who.keeps:
            continue
        rows = scene.looked(record, who)
        if rows != 1 and not (is_list and rows == 2):
            wrong.append(f"left {rows} access rows")
    return wrong


# --- what the answer should be --------------------------------------------------------


def allowed(rule: Rule, cell: Cell) -> bool:
    """Say whether the policy lets this person do this."""
    who, record = cell.who, cell.record
    signed_in = who.user is not None and who.user.is_active
    if rule.is_none or not signed_in:
        return rule.word in {"all", "sign"}
    if cell.is_mixed:
        return False
    match rule.word:
        case "all" | "sign":
            return not _is_sent_away(cell)
        case "in":
            return not _is_sent_away(cell)
        case "own":
            return bool(who.keeps) and record in ("", who.keeps)
        case "admin" if record == "noor":  # an account of another practice
            return who.second_factor and "operator" in who.posts
        case "past":
            was = record in who.was or who.role(record) in GROUPS["clinicians"]
            return was and who.second_factor
        case "admin" | "operator" | "clinician" | "reviewer":
            return who.second_factor and bool(who.posts & rule.posts)
    role = who.role(record)
    return bool(role) and rule.topics <= who.sees(record) and role in rule.roles


def is_turned_away(cell: Cell) -> bool:
    """Say whether the policy refuses before anything of anybody is looked at.

    There is no such method, or whoever asks has to sign in or prove themselves first.
    """
    rule = TABLE[cell.address.name].rule(cell.method)
    if rule.is_none:
        return True
    if cell.who.user is None or not cell.who.user.is_active:
        # Whoever holds a link is signed out, and reads by what the link opens.
        return rule.word not in {"all", "sign"} and cell.who.name != "link_holder"
    return _is_sent_away(cell)


def _is_sent_away(cell: Cell) -> bool:
    return (
        cell.who.is_staff
        and not cell.who.second_factor
        and cell.address.name not in FREE_OF_SECOND_FACTOR
    )


def _wrong_status(
    cell: Cell, rule: Rule, may: bool, path: str, status: int, location: str
) -> str:
    if status >= 500 and not (status == 503 and rule.may_miss):
        return f"broke: {status}"
    sent_to_sign_in = status in {302, 303} and location.startswith(SIGN_IN)
    asks_again = sent_to_sign_in and location.startswith(f"{SIGN_IN}again/")
    sent_away = status in {302, 303} and location.startswith((SIGN_IN, SECOND_FACTOR))
    sent_away = sent_away and not asks_again
    fine = f"{status} {location}".strip()
    if asks_again and cell.who.user is not None:
        return ""  # whoever it is proves themselves first, and learns nothing before
    if status == 405:
        return fine if may and cell.method in {"GET", "POST"} else ""
    if may and not rule.is_none:
        if rule.word == "sign" and status < 400:
            return ""
        if status == 404 and rule.may_miss:
            return ""
        return fine if sent_away or status in {401, 403, 404} else ""
    if rule.is_none and cell.method in {"GET", "HEAD"}:
        return "" if status in _refusals(cell, rule) or sent_away else fine
    if rule.is_none:  # a page that answers any method as it answers GET
        get = TABLE[cell.address.name].rule("GET")
        if allowed(get, cell) and status < 400:
            return ""
    if sent_away:
        return "" if _may_be_sent_away(cell, path) else fine
    return "" if status in _refusals(cell, rule) else fine


def _may_be_sent_away(cell: Cell, path: str) -> bool:
    who = cell.who
    if who.user is None or not who.user.is_active:
        return True
    return who.is_staff and not who.second_factor


def _refusals(cell: Cell, rule: Rule) -> set[int]:
    who, record = cell.who, cell.record
    if rule.is_none or cell.is_mixed:
        return {403, 404, 405}
    if who.user is None or not who.user.is_active:
        return {403, 404}
    if rule.word in {"past", "operator"} or rule.is_hidden:
        return {403, 404}
    if rule.word == "reviewer":
        return {403}
    if who.role(record) and cell.address.has_record:
        return {403, 404} if rule.is_hidden else {403}
    return {404}


# --- what the answer shows --------------------------------------------------------------


HEADERS = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
)


def _bare(answer: HttpResponseBase, cell: Cell) -> list[str]:
    """F1, F2, E2: every answer carries its headers, and no cache keeps a person's."""
    wrong = [f"has no {name}" for name in HEADERS if name not in answer.headers]
    kept = "no-store" not in answer.headers.get("Cache-Control", "")
    is_signed_in = cell.who.user is not None and cell.who.user.is_active
    if kept and is_signed_in and cell.address.name not in FOR_ANYBODY:
        wrong.append("may be kept by a cache")
    return wrong


# Answers that are the same for everybody, whoever asks.
FOR_ANYBODY = frozenset({"home:worker", "home:manifest"})


class Heard(logging.Handler):
    """Keeps what was logged, to look for canaries in it (B6)."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter())

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record as it would be written down."""
        self.lines.append(self.format(record))


HEARD = Heard()


def found_in(answer: HttpResponseBase) -> set[tuple[str, str, bool]]:
    """Give (record, table, private) of every canary in headers and body."""
    body = (
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        if answer.streaming
        else answer.content  # type: ignore[attr-defined]
    )
    head = repr(answer.headers.items()) + repr(answer.cookies)
    words = FOUND.findall(body + head.encode())
    return {_meaning(word.decode()) for word in set(words)}


def _meaning(word: str) -> tuple[str, str, bool]:
    """Say whose word it is: record, table, private. A cut one is told by its start."""
    name, label = canaries.SHORT.get(word) or _parsed(word)
    is_private = name.startswith("Private")
    return name.removeprefix("Private").lower(), label, is_private


def _parsed(word: str) -> tuple[str, str]:
    parts = [*word.split("-"), "", ""][1:3]
    if parts[1] in TABLES:
        return parts[0], parts[1]
    could_be = {m for w, m in canaries.WORDS.items() if w.startswith(word)}
    if len(could_be) == 1:
        return could_be.pop()
    # Cut so short that it may be any word of this person: who must not know that the
    # person is there at all must not see it either.
    names = {name for name, _label in could_be}
    return (names.pop() if len(names) == 1 else parts[0]), ""


def _may_see(who: Who, record: str, label: str, *, is_private: bool) -> bool:
    if record == who.keeps:
        return True
    if label == "patients.EmergencyAccess" and "operator" in who.posts:
        return True  # the second person who looks at each use (B5)
    if is_private or not who.role(record):
        return False
    if not label:
        return True
    kind = TABLES.get(label)
    return kind == TEAM or kind in who.sees(record)


PATIENT_TABLES = tuple(
    model._meta.db_table
    for model in canaries.patient_models()
    # Reading leaves these two by itself: who looked, and how far somebody has read.
    if model._meta.label not in {"patients.AccessEvent", "team.ReadUpTo"}
)


UNDONE = frozenset({403, 404, 405, 500})
WRITE = re.compile(
    rf"(?:INSERT INTO|UPDATE|DELETE FROM) \"(?:{'|'.join(PATIENT_TABLES)})\""
)


class Writes:
    """Counts the rows of patients that a request writes."""

    def __init__(self) -> None:
        self.rows = 0

    def __call__(self, execute, statement, params, many, context):
        result = execute(statement, params, many, context)
        if isinstance(statement, str) and WRITE.match(statement):
            self.rows += max(0, context["cursor"].rowcount)
        return result

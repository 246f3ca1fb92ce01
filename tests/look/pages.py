"""Pages for tests: every component once, and every template the look owns."""

from dataclasses import dataclass
from types import SimpleNamespace as Thing

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from careplan.common import http
from careplan.common.forms import (
    MOOD_CHOICES,
    POLE_CHOICES,
    CareForm,
    CheckList,
    ChipCheckboxes,
    ChoiceList,
    DateInput,
    Segmented,
    TextArea,
    Tide,
    TimeInput,
)
from careplan.common.navigation import person_links

STRENGTH = [("1", "Mild"), ("2", "Moderate"), ("3", "Strong")]
EFFECTS = [
    ("none", "None"),
    ("sleepy", "Daytime sleepiness"),
    ("hands", "Shaky hands"),
    ("sick", "Feeling sick"),
]


class CheckIn(CareForm):
    when = forms.DateField(
        label="When was this?",
        widget=DateInput,
        error_messages={"required": "Choose the day"},
    )
    at = forms.TimeField(label="Time", widget=TimeInput, required=False)
    mood = forms.ChoiceField(
        label="How is your mood?",
        help_text="Pick the closest.",
        widget=Tide,
        choices=MOOD_CHOICES,
        error_messages={"required": "Choose the level closest to your mood"},
    )
    pole = forms.ChoiceField(
        label="Lower or higher than steady?",
        widget=Tide(middle=True, last="0"),
        choices=POLE_CHOICES,
        required=False,
    )
    effects = forms.MultipleChoiceField(
        label="Any side effects?",
        help_text="Choose all that fit, or None.",
        widget=ChipCheckboxes(none_value="none"),
        choices=EFFECTS,
        error_messages={"required": "Choose None, or your side effects"},
    )
    strength = forms.ChoiceField(
        label="How strong is the sleepiness?",
        widget=Segmented,
        choices=STRENGTH,
        required=False,
    )
    answer = forms.ChoiceField(
        label="Little interest or pleasure in doing things",
        widget=ChoiceList(hints={"0": "Over the last 2 weeks"}),
        choices=[("0", "Not at all"), ("1", "Several days")],
        error_messages={"required": "Choose the answer closest to how it was"},
    )
    topics = forms.MultipleChoiceField(
        label="What Sam can see",
        widget=CheckList,
        choices=[("mood", "Mood and sleep"), ("doses", "Doses you took or missed")],
        required=False,
    )
    dose = forms.DecimalField(label="Dose in mg", required=False)
    place = forms.CharField(
        label="Where",
        max_length=20,
        required=False,
    )
    note = forms.CharField(
        label="Note",
        help_text="Sam and Dr Okafor can read this.",
        widget=TextArea(),
        max_length=200,
        required=False,
    )
    private = forms.BooleanField(label="Keep this one private", required=False)


@dataclass(frozen=True)
class Step:
    when: str
    dose: str
    share: int
    how: str
    state: str
    tag: str = ""


def things() -> dict:
    people = [
        Thing(
            name="Dr Ada Okafor",
            text="Prescriber. Suggested it, 19 November",
            role="prescriber",
            state="agreed",
            you=False,
        ),
        Thing(
            name="Sam Lind",
            text="Therapist. Asked a question",
            role="therapist",
            state="asked",
            you=False,
        ),
        Thing(
            name="Priya Raman",
            text="Did not answer by the 27th",
            role="supporter",
            state="silent",
            you=False,
        ),
        Thing(
            name="You",
            text="Take the time you need",
            role="patient",
            state="waiting",
            you=True,
        ),
    ]
    steps = [
        Step("Now", "15 mg", 100, "1 tablet at bedtime", "now"),
        Step("From 30 Nov", "7.5 mg", 50, "Half a tablet, for 2 weeks", "next", "Held"),
        Step("From 14 Dec", "Stop", 0, "None. Call with Dr Okafor on 16 Dec", "next"),
    ]
    entries = [
        Thing(
            kind="message",
            name="Sam Lind",
            role="therapist",
            when="29 September",
            text="Maya is too sleepy before 10.\nCould her medicine be part of it?",
            url="#",
            link_label="Sleepiness, 14 of 16 check-ins",
        ),
        Thing(kind="event", icon="step", text="A change was suggested", when="5 Oct"),
        Thing(
            kind="event",
            icon="check",
            done=True,
            text="Closed by plan version 5",
            when="12 October",
            url="#",
            link_label="Read it",
        ),
    ]
    return {
        "people": people,
        "steps": steps,
        "entries": entries,
        "weigh": [
            Thing(
                state="look", text="The last step is the whole dose.", basis="Basis: x"
            ),
            Thing(state="fine", text="First step is half.", basis="Basis: tablets"),
            Thing(state="know", text="Burden 2 of 6.", basis="Basis: own answer"),
        ],
        "answers": [
            Thing(label="Medicine", value="Mirtazapine", change_url="#", changed=""),
            Thing(label="First step", value="7.5 mg", change_url="#", changed="New"),
        ],
        "filters": [
            Thing(label="Everyone", url="#", count=38, current=True),
            Thing(label="Needs you", url="#", count=5, current=False),
        ],
        "spark": [3, 4, 3.5, None, 4, 4.5, 5, 5.5],
        "crumbs": [("Caseload", "#"), ("Maya Raman", "#")],
        "sees": ["Mood and sleep", "Side effects"],
        "hidden": ["Notes you keep private"],
        "page": Paginator(range(90), 30).page(2),
        "links": person_links("5d0f3e6c-0000-4000-8000-000000000000"),
    }


def as_someone(request: HttpRequest) -> None:
    """A made-up signed-in person and shell, chosen by the address's query."""
    request.shell = request.GET.get("shell", "patient")
    request.quick_exit = "leave" in request.GET
    request.nav_waiting = frozenset({"plan", "inbox"})
    if request.shell != "public":
        request.user = Thing(
            is_authenticated=True, is_active=True, called="Maya", pk="1", has_perm=None
        )


def gallery(request: HttpRequest) -> HttpResponse:
    as_someone(request)
    return render(request, "gallery.html", things() | {"form": CheckIn()})


def today(request: HttpRequest) -> HttpResponse:
    as_someone(request)
    return render(request, "today.html", {"form": CheckIn()})


def form(request: HttpRequest) -> HttpResponse:
    as_someone(request)
    posted = request.POST if request.method == "POST" else None
    sample = {"effects": ["none", "hands"], "when": "x", "place": "x" * 30}
    data = sample if "bad" in request.GET else posted
    return render(request, "form.html", {"form": CheckIn(data)})


@csrf_exempt
def echo(request: HttpRequest) -> HttpResponse:
    """What the browser sent with a form, for the test of the referrer policy."""
    wanted = request.headers.get("Origin", "none")
    return HttpResponse(f"Origin {wanted}", content_type="text/plain")


def part(request: HttpRequest) -> HttpResponse:
    return render(request, "part.html")


def refused(request: HttpRequest) -> HttpResponse:
    raise http.Refused


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def page(request: HttpRequest, name: str) -> HttpResponse:
    as_someone(request)
    by_name = {
        "403": http.forbidden,
        "404": http.not_found,
        "429": http.too_many,
        "400": http.bad_request,
        "500": http.server_error,
    }
    if name in by_name:
        return by_name[name](request)
    if name == "409":
        return http.stale(request, typed="My typed answer", back="#")
    if name == "csrf":
        return http.csrf_failure(request)
    extra = {"contact": "hello@example.org"}
    return render(request, f"home/{name}.html", extra)

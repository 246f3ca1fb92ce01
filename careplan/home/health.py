"""Is this process alive, and can it serve? For proxies and docker, not for people."""

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.db.utils import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from careplan.home import queues
from patients import access


@login_not_required
@transaction.non_atomic_requests
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process can answer at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@transaction.non_atomic_requests
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 if PostgreSQL does, else 503. The broker may be away: the journal
    saves without it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@transaction.non_atomic_requests
@require_safe
def sending(request: HttpRequest) -> HttpResponse:
    """Answer 200 while reminders are planned and sent in time, else 503 with words.

    It asks PostgreSQL, not Celery: a dead dispatcher cannot say that it is dead.
    """
    try:
        found = queues.quick()
    except Error:
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    lines = [
        *(found.alarms or ("ok",)),
        f"oldest_due_seconds {found.oldest_due_seconds:.0f}",
        f"unplanned_seconds {found.unplanned_seconds:.0f}",
        f"last_tick_seconds {found.last_tick_seconds:.0f}",
    ]
    status = 503 if found.alarms else 200
    text = "\n".join(lines) + "\n"
    return HttpResponse(text, status=status, content_type="text/plain")


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts for Prometheus; 404 without the token, and where none is set."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise Http404
    lines = queues.prometheus(queues.figures())
    return HttpResponse(
        "\n".join(lines) + "\n", content_type="text/plain; version=0.0.4"
    )


@require_safe
def manage_queues(request: HttpRequest) -> HttpResponse:
    """Counts for the operator of the service: no content, no person."""
    actor = access.actor_of(request)
    user = actor.user
    operates = user is not None and actor.second_factor
    if not operates or not user.admin_posts.filter(organisation=None).exists():  # type: ignore[union-attr]
        raise Http404
    return render(request, "manage/queues.html", {"figures": queues.figures()})

"""Is this process alive, and can it serve? For proxies and docker, not for people."""

from django.db import connection, transaction
from django.db.utils import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@transaction.non_atomic_requests
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process can answer at all."""
    return HttpResponse("ok\n", content_type="text/plain")


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

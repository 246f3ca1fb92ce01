"""Every address, room by room. Each room's `urls.py` holds its own prefixes."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from careplan.common.addresses import ByWords
from careplan.home import health

rooms: list[URLPattern | URLResolver] = [
    path("", include("careplan.home.urls")),
    path("", include("patients.account_urls")),
    path("", include("patients.urls")),
    path("manage/", include("patients.manage_urls")),
    path("", include("careplan.checkins.urls")),
    path("", include("careplan.plan.urls")),
    path("", include("careplan.review.urls")),
    path("", include("careplan.team.urls")),
    path("", include("journal.urls")),
    path("health/", health.sending, name="health"),
    path("metrics", health.metrics, name="metrics"),
    path("manage/queues/", health.manage_queues, name="queues"),
    path("health/live/", health.live),
    path("health/ready/", health.ready),
]
if settings.DEMO:
    rooms += [path("", include("careplan.home.demo.urls"))]
urlpatterns = [ByWords(rooms)]

handler400 = "careplan.common.http.bad_request"
handler403 = "careplan.common.http.forbidden"
handler404 = "careplan.common.http.not_found"
handler500 = "careplan.common.http.server_error"
handler429 = "careplan.common.http.too_many"

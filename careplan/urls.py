"""Every address, room by room. Each room's `urls.py` holds its own prefixes."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("patients.urls")),
]

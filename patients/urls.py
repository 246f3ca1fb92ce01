"""Signing in, the team, sharing, and accounts."""

from django.urls import URLPattern, URLResolver

app_name = "patients"
urlpatterns: list[URLPattern | URLResolver] = []

"""Signing out in a hurry, the team, sharing, and what belongs to one person."""

from django.urls import URLPattern, URLResolver, path

from patients.views import signin

app_name = "patients"
urlpatterns: list[URLPattern | URLResolver] = [
    path("stay-signed-in/", signin.stay, name="stay"),
    path("sign-out/quick/", signin.quick_exit, name="quick_exit"),
]

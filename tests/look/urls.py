"""Addresses of the pages the look is tested on: the gallery, skeletons, errors."""

from django.urls import include, path

from careplan.home.display import views as display
from tests.look import pages

handler404 = "careplan.common.http.not_found"
handler500 = "careplan.common.http.server_error"

urlpatterns = [
    path("look/gallery/", pages.gallery),
    path("look/form/", pages.form),
    path("look/today/", pages.today),
    path("look/echo/", pages.echo),
    path("look/part/", pages.part),
    path("look/refused/", pages.refused),
    path("look/broken/", pages.broken),
    path("look/display/", display.page),
    path("look/<str:name>/", pages.page),
    path("", include("careplan.urls")),
]

"""Included by `careplan.urls` in the demo alone."""

from django.urls import path

from careplan.home.demo import views

app_name = "demo"
urlpatterns = [
    path("demo/", views.start, name="start"),
    path("demo/mail/", views.mail_list, name="mail-list"),
    path("demo/mail/<slug:name>/", views.mail, name="mail"),
]

"""Addresses of administration."""

from django.urls import path

from patients.views import manage

app_name = "manage"
urlpatterns = [
    path("accounts/", manage.people, name="accounts"),
    path("accounts/<uuid:post_id>/", manage.one, name="account"),
    path("accounts/<uuid:post_id>/successor/", manage.successor, name="successor"),
    path("accounts/<uuid:post_id>/<slug:name>/", manage.act, name="act"),
    path(
        "administrators/<uuid:admin_id>/remove/",
        manage.remove_administrator,
        name="remove_administrator",
    ),
    path("invite/", manage.invite, name="invite"),
    path("invite/<uuid:invitation_id>/withdraw/", manage.withdraw, name="withdraw"),
    path("teams/", manage.teams, name="teams"),
    path("teams/new/", manage.new_team, name="new_team"),
    path("teams/<uuid:organisation_id>/", manage.team, name="team"),
    path("activity/", manage.log, name="activity"),
    path("service/", manage.service, name="service"),
    path("service/helplines/", manage.helplines, name="helplines"),
]

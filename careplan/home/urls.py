"""The first page, Today, and the statements."""

from django.urls import path, register_converter

from careplan.home import views
from careplan.home.display import views as display
from careplan.home.offline import views as offline
from careplan.home.profile import views as profile
from careplan.home.support import views as support
from careplan.home.today import views as today
from careplan.home.welcome import views as welcome

register_converter(welcome.Step, "welcome_step")

app_name = "home"
urlpatterns = [
    path("", views.first, name="first"),
    path("today/", today.page, name="today"),
    path("welcome/", welcome.begin, name="welcome_begin"),
    path("welcome/<welcome_step:step>/", welcome.page, name="welcome"),
    path("support/", support.page, name="support"),
    path("settings/display/", display.page, name="display"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("sw.js", offline.worker, name="worker"),
    path("offline/", offline.page, name="offline"),
    path("offline/check-in/", offline.form, name="offline_check_in"),
    path("offline/safety/", offline.safety, name="offline_safety"),
    path("settings/device/offline/", offline.choose, name="offline_choose"),
    path("check-in/offline/", offline.queue, name="offline_queue"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("profile/", profile.page, name="profile"),
    path("profile/contact/", profile.contact, name="contact"),
    path("profile/allergies/none/", profile.none_known, name="no_allergies"),
    path(
        "profile/allergies/<uuid:row_id>/end/", profile.end_allergy, name="end_allergy"
    ),
    path("profile/diagnoses/<uuid:row_id>/comment/", profile.comment, name="comment"),
    path("profile/<slug:name>/add/", profile.add, name="profile_add"),
    path("p/<uuid:record>/profile/", profile.page, name="record_profile"),
    path(
        "p/<uuid:record>/profile/allergies/none/",
        profile.none_known,
        name="record_no_allergies",
    ),
    path(
        "p/<uuid:record>/profile/allergies/<uuid:row_id>/end/",
        profile.end_allergy,
        name="record_end_allergy",
    ),
    path(
        "p/<uuid:record>/profile/diagnoses/<uuid:row_id>/withdraw/",
        profile.withdraw,
        name="withdraw_diagnosis",
    ),
    path(
        "p/<uuid:record>/profile/<slug:name>/add/",
        profile.add,
        name="record_profile_add",
    ),
]

"""Signing out in a hurry, the team, sharing, and what belongs to one person."""

from django.urls import URLPattern, URLResolver, path

from patients.views import (
    bringing,
    copies,
    data,
    emergency,
    invite,
    settings,
    sharing,
    signin,
    supporting,
)

app_name = "patients"
urlpatterns: list[URLPattern | URLResolver] = [
    path("stay-signed-in/", signin.stay, name="stay"),
    path("sign-out/quick/", signin.quick_exit, name="quick_exit"),
    path("invite/waiting/", invite.waiting, name="invite_waiting"),
    path("invite/<str:token>/", invite.invite, name="invite"),
    path("sharing/", sharing.page, name="sharing"),
    path("sharing/invite/", sharing.invite, name="sharing_invite"),
    path(
        "sharing/invitations/<uuid:invitation_id>/withdraw/",
        sharing.withdraw,
        name="withdraw",
    ),
    path("sharing/talk/", sharing.talk, name="sharing_talk"),
    path("sharing/receipts/", sharing.receipts, name="receipts"),
    path("sharing/looked/", sharing.looked, name="looked"),
    path("sharing/with/<uuid:user_id>/", sharing.add, name="sharing_add"),
    path("sharing/<uuid:member_id>/", sharing.change, name="sharing_change"),
    path(
        "sharing/<uuid:member_id>/successor/",
        sharing.successor,
        name="sharing_successor",
    ),
    path("sharing/<uuid:member_id>/stop/", sharing.stop, name="sharing_stop"),
    path("supporting/", supporting.page, name="supporting"),
    path("settings/", settings.hub, name="settings"),
    path("settings/about/", settings.about, name="settings_about"),
    path("settings/device/", settings.remember, name="remember"),
    path("c/settings/", settings.clinician, name="clinician_settings"),
    path("c/invite/", settings.invite_patient, name="invite_patient"),
    path(
        "c/invite/<uuid:invitation_id>/withdraw/",
        settings.withdraw_patient,
        name="withdraw_patient",
    ),
    path("c/emergency/", emergency.reviews, name="emergency_reviews"),
    path("c/emergency/<uuid:opened_id>/", emergency.review, name="emergency_review"),
    path("c/people/<uuid:record>/emergency/", emergency.ask, name="emergency"),
    path("c/people/<uuid:record>/emergency/end/", emergency.end, name="emergency_end"),
    path("c/copies/", copies.page, name="copies"),
    path("c/copies/<uuid:copy_id>/", copies.one, name="copy"),
    path("c/copies/<uuid:copy_id>/file/", copies.file, name="copy_file"),
    path("data/", data.page, name="data"),
    path("data/download/", data.download, name="download"),
    path("data/bring/", bringing.choose, name="bring"),
    path("data/bring/<uuid:brought_id>/", bringing.check, name="bring_check"),
    path("data/bring/<uuid:brought_id>/drop/", bringing.drop, name="bring_drop"),
    path("data/leave/", data.leave, name="leave"),
    path("data/left/", data.left, name="left"),
    path("data/return/<str:token>/", data.come_back, name="come_back"),
]

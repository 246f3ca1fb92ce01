"""Links of reminders, and the settings of reminders."""

from django.urls import path

from careplan.checkins import views

app_name = "checkins"
urlpatterns = [
    path("l/stop/<uuid:message>/<str:secret>/", views.stop, name="stop"),
    path("l/<str:secret>/", views.link, name="link"),
    path("l/<str:secret>/later/", views.later, name="later"),
    path("l/<str:secret>/not-today/", views.not_today, name="not_today"),
    path("settings/reminders/", views.reminders, name="reminders"),
    path("settings/reminders/phone/", views.phone, name="phone"),
    path("settings/reminders/device/", views.device, name="device"),
]

"""The first page, Today, and the statements."""

from django.urls import path, register_converter

from careplan.home import views
from careplan.home.display import views as display
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
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
]

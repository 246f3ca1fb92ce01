"""Addresses of signing in. The names are the library's: it looks them up itself."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as usersessions
from django.urls import path, re_path

from patients.views import signin as ours

_IN = "settings/sign-in/"

urlpatterns = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/closed/", account.account_inactive, name="account_inactive"),
    path("sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("sign-in/again/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "sign-in/again/passkey/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("sign-out/", ours.SignOutView.as_view(), name="account_logout"),
    path("sign-up/", ours.SignUpView.as_view(), name="account_signup"),
    path(
        "sign-up/code/",
        account.email_verification_sent,
        name="account_email_verification_sent",
    ),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path(
        "password/reset/sent/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    path(
        "password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(_IN, mfa.index, name="mfa_index"),
    path(_IN + "password/", account.password_change, name="account_change_password"),
    path(_IN + "password/first/", account.password_set, name="account_set_password"),
    path(_IN + "email/", account.email, name="account_email"),
    path(_IN + "app/", ours.ActivateAppView.as_view(), name="mfa_activate_totp"),
    path(
        _IN + "app/remove/",
        ours.DeactivateAppView.as_view(),
        name="mfa_deactivate_totp",
    ),
    path(_IN + "passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path(_IN + "passkeys/add/", ours.AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path(
        _IN + "passkeys/<int:pk>/remove/",
        ours.RemovePasskeyView.as_view(),
        name="mfa_remove_webauthn",
    ),
    path(
        _IN + "passkeys/<int:pk>/edit/",
        webauthn.edit_webauthn,
        name="mfa_edit_webauthn",
    ),
    path(
        _IN + "recovery/",
        ours.RecoveryCodesView.as_view(),
        name="mfa_view_recovery_codes",
    ),
    path(
        _IN + "recovery/new/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        _IN + "recovery/download/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path(_IN + "devices/", usersessions.list_usersessions, name="usersessions_list"),
    path(_IN + "needed/", ours.second_factor_needed, name="second_factor_needed"),
]

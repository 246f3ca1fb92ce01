"""The product's own settings with a handful of overrides for speed."""

import os

from tests import servers

servers.bring_up()
os.environ.setdefault(
    "SECRET_KEY", "only-for-tests-0123456789-0123456789-0123456789-abc"
)
os.environ.setdefault("CAREPLAN_IDENTITY_KEY", "only-for-tests-identity")
os.environ.setdefault(
    "CAREPLAN_FIELD_KEYS", "t1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
)
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")

from careplan.settings import *  # noqa: E402, F403 - the servers come first

DATABASES["default"]["TEST"] = {"NAME": servers.database_name()}  # noqa: F405
STATIC_ROOT = servers.ROOT / "static"  # any folder that is there; nothing is read
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ANSWERS_TAKE = dict[str, float]()
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

"""The door for a web server: `gunicorn careplan.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from careplan.common.checks import refuse_unsafe_start
from careplan.common.memory import set_aside_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careplan.settings")
application = get_wsgi_application()

# After the application: the check needs its settings.
refuse_unsafe_start()
set_aside_what_is_loaded()

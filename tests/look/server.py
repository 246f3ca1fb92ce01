"""A web server for the look alone: no database is opened."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application

TEMPLATES = Path(__file__).parent / "templates"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


class LookServer:
    """Serves the WSGI application with its static files on a free port."""

    def __enter__(self) -> str:
        application = StaticFilesHandler(get_wsgi_application())
        self.server = make_server("127.0.0.1", 0, application, handler_class=_Quiet)
        # Looks often whether it is to end: else each ending waits half a second.
        serve = partial(self.server.serve_forever, poll_interval=0.02)
        Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

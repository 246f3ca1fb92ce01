"""The demo's own pages. No address leads here unless DEMO is on."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from careplan.common import clock
from careplan.home.demo import mailbox, people


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Say who can sign in, with this moment's codes."""
    everyone = people.everyone(unix_time=clock.now().timestamp())
    return render(request, "demo/start.html", {"people": everyone})


@login_not_required
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """List what was sent, newest first."""
    return render(request, "demo/mail_list.html", {"mails": mailbox.newest()})


@login_not_required
@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail, its links to be followed."""
    found = mailbox.one(name)
    if found is None:
        raise Http404
    return render(request, "demo/mail.html", {"mail": found})

"""The page for somebody whose session ended while she was writing."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.views.decorators.debug import sensitive_variables

LONGEST = 20_000
SECRET = ("password", "code", "credential", "csrfmiddlewaretoken")


@sensitive_variables()
def signed_out(
    request: HttpRequest, typed: QueryDict, *, way: str = ""
) -> HttpResponse:
    """Give back what was typed, save for secrets; it is on this page alone.

    `way` leads back in where that is not the first sign-in.
    """
    kept = [
        value
        for name, values in typed.lists()
        if not any(word in name for word in SECRET)
        for value in values
        if value.strip() and 3 < len(value) <= LONGEST
    ]
    context = {"kept": kept, "way": way or settings.LOGIN_URL}
    content = render_to_string("account/signed_out.html", context, request)
    return HttpResponse(content, status=403)

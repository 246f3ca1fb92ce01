"""The proofs' own SMTP sink hears a mail as the library's does."""

import smtplib

import pytest

from careplan.home.proofs.quick_sink import QuickSmtpSink

pytestmark = pytest.mark.enable_socket
MAIL = "Message-ID: <{key}@careplan.example>\r\n\r\nA line\r\n.\r\n..dots\r\n"


def test_it_counts_people_and_repeats_under_one_key():
    with QuickSmtpSink(keep_bodies=False) as sink:
        with smtplib.SMTP("127.0.0.1", sink.port) as speaking:
            for key, to in (("a", "x@y.example"), ("a", "x@y.example"), ("b", "z@y")):
                speaking.sendmail("from@y.example", [to], MAIL.format(key=key))
        with smtplib.SMTP("127.0.0.1", sink.port) as speaking:
            speaking.sendmail("from@y.example", ["z@y"], MAIL.format(key="c"))
        assert sink.people == {"x@y.example": {"a"}, "z@y": {"b", "c"}}
        assert (sink.seconds, sink.doubled) == (1, 1)

"""Addresses of what people write to each other."""

from django.urls import URLPattern, path

from careplan.team.views import alerts, changes, concerns, conversations

app_name = "team"
IN = "p/<uuid:record>/"
CONCERN = IN + "concerns/<uuid:concern_id>/"
THREAD = "messages/<uuid:thread_id>/"
HEADS_UP = IN + "heads-ups/<uuid:heads_up_id>/"
STOPPING = IN + "stopping/<uuid:notice_id>/"
ALERT = "c/safety/<uuid:alert_id>/"

urlpatterns: list[URLPattern] = [
    path(IN + "concerns/", concerns.concern_list, name="concerns"),
    path(IN + "concerns/new/", concerns.new, name="concern_new"),
    path("c/people/<uuid:record>/concerns/new/", concerns.new, name="concern_raise"),
    path(CONCERN, concerns.concern, name="concern"),
    path(CONCERN + "answer/", concerns.answer, name="concern_answer"),
    path(CONCERN + "close/", concerns.close, name="concern_close"),
    path(CONCERN + "reopen/", concerns.reopen, name="concern_reopen"),
    path("messages/", conversations.thread_list, name="messages"),
    path("messages/new/", conversations.new, name="own_message_new"),
    path(THREAD, conversations.thread, name="own_thread"),
    path(IN + "messages/", conversations.thread_list, name="record_messages"),
    path(IN + "messages/new/", conversations.new, name="message_new"),
    path(IN + THREAD, conversations.thread, name="thread"),
    path("c/messages/", conversations.all_threads, name="clinician_messages"),
    path("c/safety/", alerts.safety, name="safety"),
    path(ALERT, alerts.alert, name="alert"),
    path(ALERT + "take/", alerts.take, name="alert_take"),
    path(ALERT + "resolve/", alerts.resolve, name="alert_resolve"),
    path(ALERT + "give/", alerts.give, name="alert_give"),
    path("c/cover/", alerts.cover, name="cover"),
    path("c/cover/<uuid:period_id>/end/", alerts.end_cover, name="cover_end"),
    path("sharing/alerts/", alerts.who_is_told, name="who_is_told"),
    path(IN + "heads-ups/", changes.heads_ups, name="heads_ups"),
    path(HEADS_UP + "seen/", changes.heads_up_seen, name="heads_up_seen"),
    path(HEADS_UP + "noticed/", changes.noticed, name="heads_up_noticed"),
    path("stopping/", changes.thinking, name="own_stopping"),
    path(IN + "stopping/", changes.thinking, name="stopping"),
    path(STOPPING, changes.thanks, name="thanks"),
    path(STOPPING + "answer/", changes.answer, name="stopping_answer"),
]

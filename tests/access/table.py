"""Who may ask what: the policy, written by hand, a line an address.

Not made from the code it judges. An address without a line here fails the tests. A
line says who may read (GET, HEAD) and who may act (POST). Everybody else is refused:
signed out, they are sent to sign in or told there is no such page; a stranger gets
404; a member of the team who may know the page but not do this gets 403.

    all                   everybody, signed out as well
    in                    everybody signed in
    own                   the person whose own record or object it is
    member                the patient and every active member of the team
    plan, plan+safety     the patient, and members to whom these topics are open
    ... by a,b            of these, only those roles; `signers` are the patient, therapist
                          and prescriber, `clinicians` are without the patient
    team                  the patient and the clinicians of the team, whatever is open
    admin                 administrators of that practice, operators of the service
    operator              operators of the service
    clinician             whoever works as a clinician (their own lists; empty for who has no team)
    past                  clinicians who are or were on the team, not suspended
    reviewer              clinicians not suspended, operators; others are told 403
    sign                  everybody; may send to the sign-in page, which is its work
    -                     nobody: this method is not for this address

A mark behind a rule: `!` refused members get 404, since the row itself is hidden from
them; `?` even those who may can get 404 (a health check: 503), since the world holds no
such state.
"""

from collections.abc import Iterator

from tests.access.rules import Row, rule_of

POLICY = """
# --- the house --------------------------------------------------------------------
home:first                          all                          -
home:today                          own                          -
home:welcome_begin                  in                           -
home:welcome                        own                          own
home:support                        all                          -
home:display                        all                          all
home:privacy                        all                          -
home:accessibility                  all                          -
home:worker                         all                          -
home:manifest                       all                          -
home:offline                        all                          -
home:offline_check_in               all                          -
home:offline_safety                 own?                         -
home:offline_choose                 -                            own
home:offline_queue                  own                          own
home:profile                        own                          -
home:contact                        own                          own
home:no_allergies                   -                            own
home:end_allergy                    -                            own
home:comment                        own                          own
home:profile_add                    own                          own
home:record_profile                 member             -
home:record_no_allergies            -                            medicines by signers,care_manager
home:record_end_allergy             -                            medicines by signers,care_manager
home:withdraw_diagnosis             -                            diagnoses by therapist,prescriber
home:record_profile_add             medicines by patient,clinicians  medicines by patient,clinicians
unnamed:health/live/                all                          -
unnamed:health/ready/               all                          -
health                              all?                         -
metrics                             -                            -
queues                              operator?                    -

# --- signing in: the library's views, each about oneself -----------------------------
account_login                       all                          all
account_logout                      sign                         sign
account_signup                      all                          all
account_inactive                    all                          -
account_reauthenticate              in                           in
mfa_authenticate                    sign                         sign
mfa_login_webauthn                  sign                         sign
mfa_reauthenticate                  in                           in
mfa_reauthenticate_webauthn         in                           in
account_email_verification_sent     sign                         sign
account_reset_password              all                          all
account_reset_password_done         all                          -
account_reset_password_from_key     all                          all
account_reset_password_from_key_done  all                        -
mfa_index                           in                           -
account_change_password             in                           in
account_set_password                in                           in
account_email                       in                           in
mfa_activate_totp                   in                           in
mfa_deactivate_totp                 in?                          in?
mfa_list_webauthn                   in                           -
mfa_add_webauthn                    in                           in
mfa_remove_webauthn                 in?                          in?
mfa_edit_webauthn                   in?                          in?
mfa_view_recovery_codes             in?                          -
mfa_generate_recovery_codes         in                           in
mfa_download_recovery_codes         in?                          -
usersessions_list                   in                           in
second_factor_needed                in                           -
patients:stay                       -                            in
patients:quick_exit                 -                            all

# --- people, invitations, sharing -----------------------------------------------------
patients:invite                     all?                         all?
patients:invite_waiting             in                           -
patients:sharing                    own                          -
patients:sharing_invite             own                          own
patients:withdraw                   -                            own
patients:sharing_talk               own                          own
patients:receipts                   -                            own
patients:looked                     own                          -
patients:settings                   in                           -
patients:settings_about             in                           in
patients:remember                   -                            in
patients:clinician_settings         clinician                    -
patients:invite_patient             clinician                    clinician
patients:withdraw_patient           -                            own
patients:emergency_reviews          reviewer                     -
patients:emergency_review           reviewer?                    reviewer?
patients:emergency                  past                         past
patients:emergency_end              -                            past?
patients:copies                     clinician                    -
patients:copy                       clinician?                   -
patients:copy_file                  clinician?                   -
patients:data                       own                          -
patients:bring                      own                          own
patients:bring_check                own                          own?
patients:bring_drop                 -                            own?
patients:download                   -                            own
patients:leave                      own                          own
patients:left                       all                          -
patients:come_back                  all?                         all?
patients:sharing_add                own?                         own?
patients:sharing_change             own                          own
patients:sharing_successor          own?                         own?
patients:sharing_stop               own                          own
patients:supporting                 in                           in

# --- accounts: no record anywhere -------------------------------------------------------
manage:accounts                     admin                        -
manage:account                      admin                        -
manage:successor                    admin                        admin
manage:act                          admin                        admin
manage:remove_administrator         admin                        admin
manage:invite                       admin                        admin
manage:withdraw                     -                            admin?
manage:teams                        admin                        -
manage:team                         admin                        admin
manage:new_team                     operator                     operator
manage:activity                     admin                        -
manage:service                      operator                     -
manage:helplines                    operator                     operator

# --- reminders ---------------------------------------------------------------------------
checkins:link                       all                          all
checkins:later                      -                            all
checkins:not_today                  -                            all
checkins:stop                       all                          all
checkins:reminders                  own                          own
checkins:phone                      own                          own
checkins:device                     -                            own

# --- the plan ------------------------------------------------------------------------------
plan:own                            own                          -
plan:plan                           plan                         -
plan:own-print                      own                          -
plan:print                          plan                         -
plan:own-versions                   own                          -
plan:versions                       plan                         -
plan:own-version                    own                          -
plan:version                        plan                         -
plan:own-compare                    own                          -
plan:compare                        plan                         -
plan:own-medicine                   own                          -
plan:medicine                       medicines                    -
plan:medicine-hold                  -                            medicines by signers
plan:medicine-release               -                            medicines by prescriber
plan:medicine-end-hold              -                            medicines by prescriber
plan:medicine-read                  -                            medicines by patient
plan:own-goals                      own                          -
plan:goals                          plan                         -
plan:goal-progress                  -                            plan by patient
plan:goal-step                      -                            plan by patient
plan:own-practices                  own                          -
plan:practices                      plan                         -
plan:own-staying-well               own                          -
plan:staying-well                   plan                         -
plan:own-safety                     own                          -
plan:safety                         safety                       -
plan:own-part                       plan by patient              plan by patient
plan:patient-suggest                plan by patient              plan by patient
plan:own-item                       plan by patient              plan by patient
plan:own-therapy                    own                          -
plan:therapy                        therapy                      -
plan:session                        -                            therapy by therapist
plan:homework-done                  -                            therapy by patient
plan:homework-looked-at             -                            therapy by therapist
plan:session-add                    therapy by therapist         therapy by therapist
plan:homework-add                   therapy by therapist         therapy by therapist
plan:summary                        therapy by therapist         therapy by therapist
plan:own-proposal                   own                          -
plan:proposal                       plan                         -
plan:own-agree                      own                          own
plan:agree                          plan by signers  plan by signers
plan:own-ask                        own                          own
plan:ask                            plan by signers  plan by signers
plan:own-other                      own                          own
plan:other                          plan by signers  plan by signers
plan:own-decline                    own                          own
plan:decline                        plan by signers  plan by signers
plan:own-disagree                   own                          own
plan:disagree                       plan by signers  plan by signers
plan:own-answer-question            -                            own
plan:answer-question                -                            plan by signers
plan:take-back                      -                            plan by signers,care_manager
plan:withdraw                       -                            plan by prescriber
plan:go-on                          -                            plan by prescriber
plan:propose-medicine               plan+medicines by prescriber  plan+medicines by prescriber
plan:propose-check                  plan by prescriber!          plan by prescriber!
plan:suggest                        plan by signers,care_manager  plan by signers,care_manager
plan:suggest-item                   plan by signers,care_manager  plan by signers,care_manager
plan:own-history                    own                          -
plan:history                        plan                         -
plan:history-add-allergy            medicines by signers  medicines by signers
plan:history-add-medicine           medicines by signers  medicines by signers
plan:history-add-therapy            therapy by signers  therapy by signers
plan:stock                          medicines by patient         medicines by patient
plan:check-done                     -                            medicines by prescriber
plan:own-visits                     own                          -
plan:visits                         visits                       -
plan:own-prepare                    own                          own
plan:prepare                        visits                       visits by patient
plan:calendar                       visits                       -
plan:visit-mark                     -                            visits by therapist,prescriber
plan:point-remove                   -                            visits by patient
plan:diary                          clinician  -
plan:visit-add                      visits by therapist,prescriber  visits by therapist,prescriber
plan:own-homework                   own                          own
plan:homework                       therapy                      therapy by patient
plan:worked-homework                -                            therapy by patient
plan:worked-session                 -                            therapy by patient
plan:worked-practice                -                            plan by patient
plan:worked-reply                   -                            therapy by therapist
plan:own-skills                     own                          -
plan:skills                         therapy                      -
plan:own-worries                    own                          own
plan:worries                        therapy                      therapy by patient,therapist
plan:own-worry-end                  own                          own
plan:worry-end                      therapy by patient,therapist  therapy by patient,therapist
plan:form-build                     therapy by therapist         therapy by therapist
plan:form-retire                    -                            therapy by therapist
plan:check-result                   medicines by prescriber      medicines by prescriber
plan:propose-hold  medicines by prescriber?  medicines by prescriber?
plan:propose-step-back  medicines by prescriber?  medicines by prescriber?
plan:propose-as-needed  medicines by prescriber?  medicines by prescriber?

# --- the team ------------------------------------------------------------------------------
team:concerns                       team  -
team:concern_new                    team  team
team:concern_raise                  team  team
team:concern                        team  -
team:concern_answer                 -                            team
team:concern_close                  -                            member by clinicians
team:concern_reopen                 -                            team
team:messages                       own                          -
team:own_message_new                own                          own
team:own_thread                     own                          own
team:record_messages                team  -
team:message_new                    team  team
team:thread                         team  team
team:clinician_messages             clinician  -
team:safety                         clinician  -
team:alert                          safety by clinicians!  -
team:alert_take                     -                            safety by clinicians!
team:alert_resolve                  -                            safety by clinicians!
team:alert_give                     -                            safety by clinicians!?
team:cover                          clinician  clinician
team:cover_end                      -                            clinician?
team:who_is_told                    own                          own
team:heads_ups                      medicines by signers,care_manager  -
team:heads_up_seen                  -                            medicines by clinicians
team:heads_up_noticed               -                            medicines by clinicians
team:own_stopping                   own                          own
team:stopping                       member by patient            member by patient
team:thanks                         member by patient            -
team:stopping_answer                -                            medicines by therapist,prescriber!

# --- what clinicians look at -----------------------------------------------------------------
review:caseload                     clinician  -
review:timeline                     own                          -
review:record-timeline              member                       -
review:timeline-table               own                          -
review:record-timeline-table        member                       -
review:timeline-print               own                          -
review:record-timeline-print        member                       -
review:timeline-csv                 own                          -
review:record-timeline-csv          member                       -
review:brief                        member by clinicians         -
review:brief-pdf                    member by clinicians         -
review:concern-since                team!?                       -
review:inbox                        clinician                    -
review:figures                      clinician                    -
review:decision-points              measures by clinicians       measures by clinicians
review:medicine-reports             own                          -
review:record-medicine-reports      medicines                    -
review:release                      medicines by prescriber?     medicines by prescriber?
review:sign-tie                     plan by patient              plan by patient
review:mark                         member by clinicians  member by clinicians
review:own-brief                    own                          -
review:own-brief-pdf                own                          -

# --- the journal -----------------------------------------------------------------------------
journal:check_in                    own                          own
journal:entry                       own                          own
journal:entry_delete                -                            own
journal:entry_restore               -                            own
journal:entry_privacy               -                            own
journal:dose                        -                            own
journal:index                       own                          -
journal:day                         own                          -
journal:effect_link                 -                            own
journal:record_index                mood by signers,supporter  -
journal:record_day                  mood by signers,supporter  -
journal:judge                       -                            side_effects by clinicians
journal:support_after               own                          own
journal:checklists                  own                          -
journal:checklist                   own?                         own?
journal:record_checklists           side_effects                 -
journal:seconds                     clinician                    -
journal:months                      own                          -
journal:doses                       own                          -
journal:dose_needed                 own                          own
journal:dose_one                    own?                         own?
journal:insights                    own                          -
journal:insight                     -                            own
journal:trackers                    own                          own
journal:bin                         own                          -
journal:scales                      own                          own
journal:tracker                     -                            own
journal:search                      own                          -
journal:record_months               mood                         -
journal:record_doses                doses+medicines              -
journal:record_insights             therapy                      -
journal:record_insight              -                            therapy by patient,therapist
journal:record_moment               -                            mood by signers
journal:measures                    own                          -
journal:measure                     own                          own
journal:measure_next                own                          -
journal:measure_question            own                          own
journal:measure_check               own                          own
journal:measure_done                own                          -
journal:measure_history             own                          -
journal:record_measures             measures                     -
journal:record_measure              measures                     -
journal:measure_response            measures                     -
journal:measure_ask                 measures by clinicians  measures by clinicians
journal:measure_stop                -                            measures by clinicians
"""


def _lines() -> Iterator[tuple[str, Row]]:
    for line in POLICY.splitlines():
        if line and not line.startswith("#"):
            name, get, post = (part for part in line.split("  ") if part.strip())
            yield name, Row(rule_of(get.strip()), rule_of(post.strip()))


TABLE: dict[str, Row] = dict(_lines())

# Pages open to staff before their second factor: setting it up, help, the way out.
FREE_OF_SECOND_FACTOR = frozenset(
    {
        "account_login", "account_logout", "account_signup", "account_inactive",
        "account_reauthenticate", "mfa_authenticate", "mfa_login_webauthn",
        "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
        "account_email_verification_sent", "account_reset_password",
        "account_reset_password_done", "account_reset_password_from_key",
        "account_reset_password_from_key_done", "mfa_index",
        "account_change_password", "account_set_password", "account_email",
        "mfa_activate_totp", "mfa_deactivate_totp", "mfa_list_webauthn",
        "mfa_add_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn",
        "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes", "usersessions_list", "second_factor_needed",
        "patients:stay", "patients:quick_exit", "patients:invite",
        "patients:invite_waiting", "home:first", "home:support", "home:privacy",
        "home:accessibility", "home:display", "health", "unnamed:health/live/",
        "unnamed:health/ready/", "checkins:link", "checkins:stop", "checkins:later",
        "checkins:not_today",
    }
)  # fmt: skip

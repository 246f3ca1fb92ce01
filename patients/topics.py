"""Topics: what a patient shares, and which table belongs to which.

One table, one topic (decisions 11), so that row security alone is enough. A table
that is not listed here fails the tests.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """One thing a patient can share or not, person by person."""

    PROFILE = "profile", _("about me")
    DIAGNOSES = "diagnoses", _("diagnoses")
    PLAN = "plan", _("my plan")
    MEDICINES = "medicines", _("medicines in my plan")
    DOSES = "doses", _("what I took")
    MOOD = "mood", _("mood, sleep and daily habits")
    SIDE_EFFECTS = "side_effects", _("side effects")
    MEASURES = "measures", _("forms and scores")
    THERAPY = "therapy", _("therapy and homework")
    NOTES = "notes", _("notes")
    SUBSTANCES = "substances", _("alcohol and drugs")
    SAFETY = "safety", _("safety")
    VISITS = "visits", _("visits")


# What a table is, for tables that hold no one topic of one patient.
ACCOUNT = "account"  # people and practices: no clinical field
TEAM = "team"  # seen by every active member of the care team
OWN = "own"  # seen by the patient alone
SYSTEM = "system"  # machinery: no person reads it

TABLES: dict[str, str] = {
    "patients.User": ACCOUNT,
    "patients.Organisation": ACCOUNT,
    "patients.Clinician": ACCOUNT,
    "patients.Administrator": ACCOUNT,
    "patients.Invitation": ACCOUNT,
    "patients.ConsentText": ACCOUNT,
    "patients.TermsAnswer": ACCOUNT,
    "patients.ActivityEvent": ACCOUNT,
    "patients.Device": ACCOUNT,
    "patients.HelplineCheck": ACCOUNT,
    "patients.Patient": TEAM,
    "patients.PatientKey": TEAM,
    "patients.CareTeamMember": TEAM,
    "patients.Consent": TEAM,
    "patients.AccessEvent": OWN,
    "patients.AuditSeal": OWN,
    "patients.ChangeEvent": OWN,
    "patients.EmergencyAccess": TEAM,  # a second person on the team reviews it
    "patients.KeptCopy": TEAM,  # of it, only the one who wrote those lines
    "patients.SuccessorAnswer": OWN,
    "patients.BroughtIn": OWN,
    "patients.ContactDetails": Topic.PROFILE,
    "patients.Diagnosis": Topic.DIAGNOSES,
    "patients.DiagnosisComment": Topic.DIAGNOSES,
    "careplan.Plan": Topic.PLAN,
    "careplan.PlanVersion": Topic.PLAN,
    "careplan.PlanVersionSection": Topic.PLAN,
    "careplan.Signature": Topic.PLAN,
    "careplan.Proposal": Topic.PLAN,
    "careplan.ProposedChange": Topic.PLAN,
    "careplan.Response": Topic.PLAN,
    "careplan.ProposalQuestion": Topic.PLAN,
    "careplan.Goal": Topic.PLAN,
    "careplan.GoalStep": Topic.PLAN,
    "careplan.Practice": Topic.PLAN,
    "careplan.EarlySign": Topic.PLAN,
    "careplan.StayingWell": Topic.PLAN,
    "careplan.Preference": Topic.PLAN,
    "careplan.Approach": Topic.PLAN,
    "careplan.Medication": Topic.MEDICINES,
    "careplan.Strength": Topic.MEDICINES,
    "careplan.TaperPlan": Topic.MEDICINES,
    "careplan.DoseStep": Topic.MEDICINES,
    "careplan.DoseTime": Topic.MEDICINES,
    "careplan.Hold": Topic.MEDICINES,
    "careplan.StockCount": Topic.MEDICINES,
    "careplan.Allergy": Topic.MEDICINES,
    "careplan.PastMedicine": Topic.MEDICINES,
    "careplan.MonitoringItem": Topic.MEDICINES,
    "careplan.LabResult": Topic.MEDICINES,
    "careplan.TherapyCourse": Topic.THERAPY,
    "careplan.TherapySession": Topic.THERAPY,
    "careplan.HomeworkForm": Topic.THERAPY,
    "careplan.Homework": Topic.THERAPY,
    "careplan.WorkedMark": Topic.THERAPY,
    "careplan.SharedSummary": Topic.THERAPY,
    "careplan.MedicineWorry": Topic.THERAPY,
    "careplan.PastTherapy": Topic.THERAPY,
    "careplan.Visit": Topic.VISITS,
    "careplan.AgendaPoint": Topic.VISITS,
    "careplan.SafetyPlan": Topic.SAFETY,
    "careplan.SafetyLine": Topic.SAFETY,
    "careplan.SafetyPerson": Topic.SAFETY,
    "team.Alert": Topic.SAFETY,
    "team.AlertRecipient": Topic.SAFETY,
    "team.AlertChoice": Topic.SAFETY,
    "team.HeadsUp": Topic.MEDICINES,
    "team.HeadsUpSeen": Topic.MEDICINES,
    "team.Concern": TEAM,
    "team.ConcernNote": TEAM,
    "team.Conversation": TEAM,
    "team.Post": TEAM,
    "team.ReadUpTo": OWN,
    "team.StoppingNotice": Topic.MEDICINES,
    "team.CoverPeriod": ACCOUNT,
    "team.DigestTime": ACCOUNT,
    "journal.Entry": Topic.MOOD,
    "journal.EntryVersion": OWN,
    "journal.KeptForm": OWN,
    "journal.CheckinTiming": OWN,
    "journal.EntryNote": Topic.NOTES,
    "journal.SleepLog": Topic.MOOD,
    "journal.PracticeLog": Topic.MOOD,
    "journal.Tracker": Topic.MOOD,
    "journal.TrackerValue": Topic.MOOD,
    "journal.LifeEvent": Topic.MOOD,
    "journal.SubstanceLog": Topic.SUBSTANCES,
    "journal.DoseAnswer": Topic.DOSES,
    "journal.SideEffectReport": Topic.SIDE_EFFECTS,
    "journal.SideEffectJudgement": Topic.SIDE_EFFECTS,
    "journal.BaselineChecklist": Topic.SIDE_EFFECTS,
    "journal.MeasureAssignment": Topic.MEASURES,
    "journal.MeasureResponse": Topic.MEASURES,
    "journal.SafetyMoment": Topic.SAFETY,
    "journal.Insight": Topic.THERAPY,
    "journal.HomeworkAnswer": Topic.THERAPY,
    "review.ReviewMark": TEAM,
    "review.Decision": Topic.MEASURES,
    "outbox.Message": SYSTEM,
    "outbox.ChannelAddress": ACCOUNT,
    "outbox.PushSubscription": ACCOUNT,
    "outbox.OptOut": ACCOUNT,
    "checkins.Schedule": OWN,
    "checkins.Prompt": OWN,
    "checkins.TickMark": SYSTEM,
    "checkins.TeamTold": OWN,
}

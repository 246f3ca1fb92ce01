"""People, the teams around a patient, accounts, and what a person tells about herself."""

from patients.models.accounts import (
    ActivityEvent,
    ConsentText,
    Device,
    HelplineCheck,
    TermsAnswer,
)
from patients.models.audit import AuditSeal
from patients.models.changes import ChangeEvent
from patients.models.emergency import EmergencyAccess
from patients.models.moves import BroughtIn, KeptCopy, SuccessorAnswer
from patients.models.people import (
    CLINICAL_ROLES,
    AccessEvent,
    Administrator,
    CareTeamMember,
    Clinician,
    Consent,
    Invitation,
    MoodScale,
    Organisation,
    Patient,
    PatientKey,
    Profession,
    Role,
    User,
    UserManager,
)
from patients.models.profile import (
    ContactDetails,
    Diagnosis,
    DiagnosisComment,
)

__all__ = [
    "CLINICAL_ROLES",
    "AccessEvent",
    "ActivityEvent",
    "Administrator",
    "AuditSeal",
    "BroughtIn",
    "CareTeamMember",
    "ChangeEvent",
    "Clinician",
    "Consent",
    "ConsentText",
    "ContactDetails",
    "Device",
    "Diagnosis",
    "DiagnosisComment",
    "EmergencyAccess",
    "HelplineCheck",
    "Invitation",
    "KeptCopy",
    "MoodScale",
    "Organisation",
    "Patient",
    "PatientKey",
    "Profession",
    "Role",
    "SuccessorAnswer",
    "TermsAnswer",
    "User",
    "UserManager",
]

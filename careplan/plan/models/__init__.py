"""Everything the shared plan stores, by concept."""

from careplan.plan.models.checks import LabResult, MonitoringItem, StockCount
from careplan.plan.models.goal import (
    Approach,
    EarlySign,
    Goal,
    GoalStep,
    Practice,
    Preference,
    StayingWell,
)
from careplan.plan.models.history import Allergy, PastMedicine
from careplan.plan.models.medication import (
    DoseStep,
    DoseTime,
    Hold,
    Medication,
    Strength,
    TaperPlan,
)
from careplan.plan.models.plan import Phase, Plan, PlanVersion, PlanVersionSection
from careplan.plan.models.proposal import (
    Proposal,
    ProposalQuestion,
    ProposedChange,
    Response,
    Signature,
)
from careplan.plan.models.safety import SafetyLine, SafetyPerson, SafetyPlan
from careplan.plan.models.therapy import (
    Homework,
    HomeworkForm,
    MedicineWorry,
    PastTherapy,
    SharedSummary,
    TherapyCourse,
    TherapySession,
    WorkedMark,
)
from careplan.plan.models.visit import AgendaPoint, Visit

__all__ = [
    "AgendaPoint",
    "Allergy",
    "Approach",
    "DoseStep",
    "DoseTime",
    "EarlySign",
    "Goal",
    "GoalStep",
    "Hold",
    "Homework",
    "HomeworkForm",
    "LabResult",
    "Medication",
    "MedicineWorry",
    "MonitoringItem",
    "PastMedicine",
    "PastTherapy",
    "Phase",
    "Plan",
    "PlanVersion",
    "PlanVersionSection",
    "Practice",
    "Preference",
    "Proposal",
    "ProposalQuestion",
    "ProposedChange",
    "Response",
    "SafetyLine",
    "SafetyPerson",
    "SafetyPlan",
    "SharedSummary",
    "Signature",
    "StayingWell",
    "StockCount",
    "Strength",
    "TaperPlan",
    "TherapyCourse",
    "TherapySession",
    "Visit",
    "WorkedMark",
]

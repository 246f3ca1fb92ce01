"""Everything the journal stores, by concept."""

from journal.models.day import (
    LifeEvent,
    PracticeLog,
    SleepLog,
    SubstanceLog,
    Tracker,
    TrackerValue,
)
from journal.models.dose import DoseAnswer
from journal.models.entry import (
    CheckinTiming,
    Entry,
    EntryNote,
    EntryVersion,
    KeptForm,
)
from journal.models.measure import MeasureAssignment, MeasureResponse, SafetyMoment
from journal.models.side_effect import (
    BaselineChecklist,
    SideEffectJudgement,
    SideEffectReport,
)
from journal.models.therapy import HomeworkAnswer, Insight

__all__ = [
    "BaselineChecklist",
    "CheckinTiming",
    "DoseAnswer",
    "Entry",
    "EntryNote",
    "EntryVersion",
    "HomeworkAnswer",
    "Insight",
    "KeptForm",
    "LifeEvent",
    "MeasureAssignment",
    "MeasureResponse",
    "PracticeLog",
    "SafetyMoment",
    "SideEffectJudgement",
    "SideEffectReport",
    "SleepLog",
    "SubstanceLog",
    "Tracker",
    "TrackerValue",
]

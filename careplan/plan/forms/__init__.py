"""The forms of the plan: shape and wording only; they save nothing."""

from careplan.plan.forms.around import (
    AnswerForm,
    ApproachForm,
    PatientSuggestionForm,
    ReasonForm,
    SuggestionForm,
    WordsForm,
)
from careplan.plan.forms.doses import AroundForm, AsNeededForm, HoldForm, StepBackForm
from careplan.plan.forms.ledger import (
    AllergyForm,
    PastMedicineForm,
    PastTherapyForm,
    ResultForm,
    StockForm,
)
from careplan.plan.forms.medicine import (
    NEW,
    MedicineChangeForm,
    StepForm,
    StepRows,
    even_parts,
)
from careplan.plan.forms.therapy import (
    HomeworkForm,
    SessionForm,
    VisitForm,
    WorryEndForm,
    WorryForm,
)

__all__ = [
    "NEW",
    "AllergyForm",
    "AnswerForm",
    "ApproachForm",
    "AroundForm",
    "AsNeededForm",
    "HoldForm",
    "HomeworkForm",
    "MedicineChangeForm",
    "PastMedicineForm",
    "PastTherapyForm",
    "PatientSuggestionForm",
    "ReasonForm",
    "ResultForm",
    "SessionForm",
    "StepBackForm",
    "StepForm",
    "StepRows",
    "StockForm",
    "SuggestionForm",
    "VisitForm",
    "WordsForm",
    "WorryEndForm",
    "WorryForm",
    "even_parts",
]

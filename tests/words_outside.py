"""What no message that leaves the house may say, in any language (C1)."""

import re

from django.conf import settings

from careplan.common.catalogue import medicines

LANGUAGES = [code for code, _ in settings.LANGUAGES]
DENIED = re.compile(
    r"therap|mood|stimmung|feeling|gef[uü]hl|depress|bipolar|anxi|angst|psych|mental"
    r"|suicid|suizid|medic|medik|dose|dosis|tablet|pille|pill|drug|arznei|clinic|klinik"
    r"|praxis|prescri|verschr|verordn|diagnos|symptom|side effect|nebenwirk|illness"
    r"|krank|patient|careplan|check your health|gesundheit|doctor|arzt|ärzt|behandl"
    r"|beschwerde|sorge|tagebuch|seelisch",
    re.IGNORECASE,
)
NAMES = re.compile(
    "|".join(re.escape(one.id.replace("_", " ")) for one in medicines.all_medicines()),
    re.IGNORECASE,
)


def told(text: str) -> str:
    """Give the first word that tells something, or ""; our own address is none."""
    text = text.replace(settings.SITE_ADDRESS, "")
    found = DENIED.search(text) or NAMES.search(text)
    return found.group() if found else ""

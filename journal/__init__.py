"""What happened and how it felt. Written by the patient, in seconds."""

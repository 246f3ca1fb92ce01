"""One file a kind of change. A file here whose name has no underscore in front is
found by `careplan.plan.change.kinds`; nothing else has to be told about it."""

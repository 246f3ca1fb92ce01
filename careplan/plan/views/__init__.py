"""Pages of the plan: door, form, rule, answer."""

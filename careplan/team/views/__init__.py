"""Pages of what people write to each other: door, form, rule, answer."""

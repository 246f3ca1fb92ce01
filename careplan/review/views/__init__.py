"""Pages of the review room: door, form, rule, answer."""

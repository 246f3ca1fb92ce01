"""The first six pages of a new record. Each can be left out."""

"""The first five pages of a new record. Each can be left out."""

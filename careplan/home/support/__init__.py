"""Get support: works signed out, and when nothing else does."""

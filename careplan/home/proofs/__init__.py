"""Long proofs: one module each, run by `manage.py prove NAME`, with figures at the end."""

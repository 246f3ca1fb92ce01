"""PostgreSQL and Valkey from their wheels, and the demo that runs on them.

Nothing here knows Django. What `manage.py` needs before the packages are installed
uses the standard library alone.
"""

"""Reference data that every room may read: no models, no writing, no Django.

Import the module you need: ``from careplan.common.catalogue import medicines``.
"""

"""Mutants of the two locks (A7): each mistake that could be made must turn a test red."""

"""The shared care plan: what the three agreed, and how it came to be."""

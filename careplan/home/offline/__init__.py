"""What works without signal: the worker, the pages it keeps, and the queue's door."""

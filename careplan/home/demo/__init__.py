"""Pages that exist in the demo alone: what it sent, and who signs in how."""

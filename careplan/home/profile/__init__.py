"""About me: one page over what several rooms keep (P1 to P6, N18, N19)."""

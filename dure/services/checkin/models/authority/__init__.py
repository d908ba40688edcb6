"""Tables of the authority: its queries. No venue's rows, no name."""

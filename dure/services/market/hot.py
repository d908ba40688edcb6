"""The fast room of market: a typed message in, one statement for the whole group, a typed verdict out."""

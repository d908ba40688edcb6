"""Mutants of our own code, one at least for each invariant of the money core, and what kills them.

    python -m tests.mutants            all of them (an hour on a busy machine, a quarter of it on a quiet one)
    python -m tests.mutants NAME ...   these
    pytest tests/mutants               that every patch still fits, and the quick ones

A mutant is a patch of a few words in `mutants.toml`, applied to a copy of the package, never to the package itself. The simulator
(`dure simulate attack`) or a named test has to notice. One that survives is a hole in them; a patch whose old text is no longer
there is an error.
"""

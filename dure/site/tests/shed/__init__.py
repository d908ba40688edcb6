"""A house for tests of the command line: it promises, imports, simulates, complains."""

"""Attacks on the custody of check-ins: what somebody finds out who has a party's dump, all venues' logs, or a false pass.

Each attack is played against the design everybody writes first and against ours, in the same run, so that a defence that is
taken away shows. The rules are attacked, and the visit party's disk as its statements leave it; logs and backups of the three
processes follow with them.
"""

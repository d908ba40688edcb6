"""The simulator that attacks Dure's money: one seed, one town, every operation checked against a model of its own.

model.py      what has happened, in plain Python, written from the READMEs and not from the code
expect.py     what may happen next to gifts, refunds and cheers; drift.py: to payments; boxes.py: at the desks;
              holds.py: to reservations; papers.py: to receipts; statements.py: to settlements; sponsors.py: to deposits;
              remits.py: to payouts on their way to the bank
bank.py       the payment provider, as the outside world that no crash of ours changes
faults.py     what breaks: lines, processes, disks, answers
town.py       a town for each seed, its clock and its people
acts.py       the real actions that its actors call; shop.py, till.py, office.py, cashing.py, fundraising.py, remitting.py:
              more of them
choice.py     which of them, when, and what breaks in them; errands.py: those at the ledger's own counters
auditor.py    reads what the database holds, on a line of its own
judge.py      compares the two after every step
play.py       one seed, step by step, until all is quiet again
campaign.py   many seeds in several processes
"""

"""The simulator that attacks Dure's money: one seed, one town, every operation checked against a model of its own.

model.py      what may happen, in plain Python, written from the READMEs and not from the code
bank.py       the payment provider, as the outside world that no crash of ours changes
faults.py     what breaks: lines, processes, disks, answers, clocks
town.py       a town for each seed, and the real actions that its actors call
auditor.py    reads what the database holds, on a line of its own
play.py       one seed: choose, do, read, compare, step by step
campaign.py   many seeds in several processes
"""

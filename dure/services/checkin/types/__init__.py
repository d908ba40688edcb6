"""What check-in talks about: passes, verdicts, venues, buckets, queries. Frozen, plain Python."""

from .passes import *
from .queries import *
from .refusals import *
from .visits import *

"""Tables of vault: what is known of dated keys (never the keys), and the public logs with their tiles."""

from django.db import models

from dure.foundations.vault.types import (
    ENTRY_KEY_LENGTH_MAX,
    HASH_BYTES,
    KEY_BYTES,
    WHOLE_DAY,
    WORD_LENGTH_MAX,
    KeyName,
)

ORIGIN_LENGTH_MAX = 255


class DatedKey(models.Model):
    """A key with an end: its name, its commitment, and whether it is gone. The key itself lies outside of the database."""

    id = models.UUIDField(primary_key=True)
    party = models.CharField(max_length=WORD_LENGTH_MAX)
    purpose = models.CharField(max_length=WORD_LENGTH_MAX)
    day = models.DateField()  # of Korea, as all days here
    part = models.SmallIntegerField(default=WHOLE_DAY)  # which half hour of the day
    ends_on = models.DateField()
    ends_minute = models.SmallIntegerField(default=0)  # of that day
    commitment = models.BinaryField(max_length=HASH_BYTES)
    public = models.BinaryField(max_length=KEY_BYTES, default=b"")  # the half that others seal to; empty: it has none
    # The log that tells of it: its party's, or that of the party who keeps a copy of it.
    told_in = models.CharField(max_length=WORD_LENGTH_MAX, default="")
    made_on = models.DateField()
    destroyed_on = models.DateField(null=True)
    original = models.BinaryField(
        max_length=HASH_BYTES, default=b""
    )  # commitment of what a copy with its own end is of

    class Meta:
        db_table = "vault_key"
        constraints = [
            models.UniqueConstraint(fields=["party", "purpose", "day", "part"], name="vault_key_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("day")) | models.Q(part__gte=0), name="vault_key_ends"
            ),
        ]
        indexes = [
            models.Index(fields=["ends_on"], name="vault_key_waiting", condition=models.Q(destroyed_on__isnull=True))
        ]

    def __str__(self) -> str:
        return str(KeyName(self.party, self.purpose, self.day, self.part))


class SeenDay(models.Model):
    """The latest day that this database has seen: one row. The folder of keys remembers one as well; the later one counts."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    day = models.DateField()

    class Meta:
        db_table = "vault_seen"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="vault_seen_one")]

    def __str__(self) -> str:
        return str(self.day)


class Log(models.Model):
    """A public log: its identity, its size, its signed head. Whoever adds to it locks this row."""

    name = models.CharField(max_length=WORD_LENGTH_MAX, primary_key=True)
    origin = models.CharField(max_length=ORIGIN_LENGTH_MAX, unique=True)
    public = models.BinaryField(max_length=HASH_BYTES)  # the Ed25519 key of its checkpoints
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=HASH_BYTES)
    note = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "vault_log"

    def __str__(self) -> str:
        return f"{self.origin} {self.size}"


class Leaf(models.Model):
    """An entry of a log. Never changed and never taken away (the database refuses it)."""

    pk = models.CompositePrimaryKey("log_id", "index")
    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="+")
    index = models.BigIntegerField()
    key = models.CharField(max_length=ENTRY_KEY_LENGTH_MAX)
    body = models.BinaryField()

    class Meta:
        db_table = "vault_leaf"
        constraints = [models.UniqueConstraint(fields=["log", "key"], name="vault_leaf_once")]

    def __str__(self) -> str:
        return f"{self.log_id} {self.index}"


class Tile(models.Model):
    """Up to 256 hashes of one level, one after the other. It only grows at its end."""

    pk = models.CompositePrimaryKey("log_id", "level", "index")
    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="+")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        db_table = "vault_tile"

    def __str__(self) -> str:
        return f"{self.log_id} {self.level}/{self.index}"

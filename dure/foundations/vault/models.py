"""Tables of vault: what is known of dated keys (never the keys), and the public logs with their tiles."""

from django.db import models

from dure.foundations.vault.types import ENTRY_KEY_LENGTH_MAX, HASH_BYTES, WORD_LENGTH_MAX

ORIGIN_LENGTH_MAX = 255


class DatedKey(models.Model):
    """A key with an end: its name, its commitment, and whether it is gone. The key itself lies outside of the database."""

    id = models.UUIDField(primary_key=True)
    party = models.CharField(max_length=WORD_LENGTH_MAX)
    purpose = models.CharField(max_length=WORD_LENGTH_MAX)
    day = models.DateField()  # of Korea, as all days here
    ends_on = models.DateField()
    commitment = models.BinaryField(max_length=HASH_BYTES)
    made_on = models.DateField()
    destroyed_on = models.DateField(null=True)

    class Meta:
        db_table = "vault_key"
        constraints = [
            models.UniqueConstraint(fields=["party", "purpose", "day"], name="vault_key_once"),
            models.CheckConstraint(condition=models.Q(ends_on__gt=models.F("day")), name="vault_key_ends"),
        ]
        indexes = [
            models.Index(fields=["ends_on"], name="vault_key_waiting", condition=models.Q(destroyed_on__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.party}.{self.purpose}.{self.day}"


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

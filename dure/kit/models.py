"""Tables of the kit: news waiting for delivery, answers kept for retries, windows of the rate limits, marks."""

from django.db import models


class News(models.Model):
    """One event, told in the transaction that made it true. Rows are never changed."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=100)
    body = models.JSONField()
    at = models.DateTimeField()
    fanned_out = models.BooleanField(default=False)

    class Meta:
        db_table = "kit_news"
        verbose_name_plural = "news"
        indexes = [models.Index(fields=["id"], name="kit_news_waiting", condition=models.Q(fanned_out=False))]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class DeliveryState(models.TextChoices):
    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"


class Delivery(models.Model):
    """One reaction to one piece of news: at least once tried, at most once done."""

    news = models.ForeignKey(News, on_delete=models.PROTECT, related_name="+")
    reaction = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "kit_delivery"
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["news", "reaction"], name="kit_delivery_once")]
        indexes = [
            models.Index(fields=["next_at"], name="kit_delivery_due", condition=models.Q(state="waiting")),
            models.Index(fields=["state"], name="kit_delivery_dead", condition=models.Q(state="dead")),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} ({self.state})"


class KeptAnswer(models.Model):
    """What an action answered to (actor, verb, key): the same request again gets the same answer."""

    actor = models.UUIDField()
    verb = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    body_hash = models.BinaryField(max_length=32)
    answer = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "kit_kept_answer"
        constraints = [models.UniqueConstraint(fields=["actor", "verb", "key"], name="kit_kept_answer_once")]

    def __str__(self) -> str:
        return f"{self.verb} {self.key}"


class RateWindow(models.Model):
    """How often somebody did something in the running window. The table is unlogged: a crash forgets it, no commit waits."""

    bucket = models.CharField(max_length=200, primary_key=True)
    ends_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()

    class Meta:
        db_table = "kit_rate_window"

    def __str__(self) -> str:
        return self.bucket


class Mark(models.Model):
    """What an installation remembers of itself, by name: which sample town is loaded, and the like."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        db_table = "kit_mark"

    def __str__(self) -> str:
        return self.name

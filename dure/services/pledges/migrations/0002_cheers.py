import django.db.models.deletion
import dure.base.clock
import dure.base.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Cheer",
            fields=[
                ("id", models.UUIDField(default=dure.base.ids.new, editable=False, primary_key=True, serialize=False)),
                (
                    "word",
                    models.CharField(
                        choices=[("cheer", "cheer"), ("great", "great"), ("thanks", "thanks")], max_length=12
                    ),
                ),
                ("at", models.DateTimeField(default=dure.base.clock.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cheers", to="pledges.proof"
                    ),
                ),
            ],
            options={
                "db_table": "pledges_cheer",
                "constraints": [models.UniqueConstraint(fields=("proof", "person", "word"), name="pledges_cheer_once")],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.UUIDField(default=dure.base.ids.new, editable=False, primary_key=True, serialize=False)),
                ("text", models.CharField(max_length=300)),
                ("at", models.DateTimeField(default=dure.base.clock.now)),
                ("edited_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="pledges.proof"
                    ),
                ),
            ],
            options={
                "db_table": "pledges_comment",
                "indexes": [models.Index(fields=["proof", "-id"], name="pledges_comment_of")],
            },
        ),
    ]

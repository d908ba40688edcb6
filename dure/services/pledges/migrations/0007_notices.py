import django.db.models.deletion
import dure.base.clock
import dure.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pledges", "0006_stream")]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(default=dure.base.ids.new, editable=False, primary_key=True, serialize=False)),
                ("by", models.UUIDField()),
                ("text", models.CharField(max_length=300)),
                ("at", models.DateTimeField(default=dure.base.clock.now)),
                ("taken_down_at", models.DateTimeField(null=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledges.project"
                    ),
                ),
            ],
            options={
                "db_table": "pledges_notice",
                "indexes": [models.Index(fields=["project", "-id"], name="pledges_notice_of")],
            },
        ),
    ]

import django.db.models.deletion
import dure.base.clock
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pledges", "0005_calendar")]

    operations = [
        migrations.CreateModel(
            name="OpenStream",
            fields=[
                (
                    "pledge",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="pledges.pledge",
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                ("since", models.DateTimeField(default=dure.base.clock.now)),
            ],
            options={"db_table": "pledges_open_stream"},
        ),
    ]

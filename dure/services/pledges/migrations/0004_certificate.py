import django.db.models.deletion
import dure.base.clock
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pledges", "0003_guarding")]

    operations = [
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "pledge",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="certificate",
                        serialize=False,
                        to="pledges.pledge",
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True)),
                ("name", models.CharField(blank=True, default="", max_length=60)),
                ("made_at", models.DateTimeField(default=dure.base.clock.now)),
            ],
            options={"db_table": "pledges_certificate"},
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forecasts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Moved",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("zone", models.CharField(max_length=20)),
                ("hazard", models.CharField(choices=[("heat", "heat"), ("cold", "cold")], max_length=40)),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("health", "health"),
                            ("livestock", "livestock"),
                            ("aquaculture", "aquaculture"),
                            ("farming", "farming"),
                            ("industry", "industry"),
                            ("transport", "transport"),
                        ],
                        max_length=40,
                    ),
                ),
                ("day", models.DateField()),
            ],
            options={
                "db_table": "forecasts_moved",
            },
        ),
        migrations.AddField(
            model_name="letter",
            name="retold_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="lettersubject",
            name="level",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("retold_at__isnull", True)),
                fields=["expires_at"],
                name="forecasts_letter_to_retell",
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0004_changes_once")]
    operations = [
        migrations.AddField(
            model_name="datedkey",
            name="original",
            field=models.BinaryField(default=b"", max_length=32),
        ),
    ]

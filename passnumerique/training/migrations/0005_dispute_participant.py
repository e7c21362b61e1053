from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0004_signed_sheets")]

    operations = [
        migrations.AddField(
            model_name="dispute",
            name="contested_participant_id",
            field=models.UUIDField(help_text="Whose pass it was there, if somebody was named.", null=True),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("training", "0002_waiting_sheets_disputes")]

    operations = [
        migrations.AddField(
            model_name="trainingsession",
            name="changed_at",
            field=models.DateTimeField(help_text="When its day, hours or other words last changed.", null=True),
        ),
    ]

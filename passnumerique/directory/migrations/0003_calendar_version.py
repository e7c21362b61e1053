from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("directory", "0002_devices")]

    operations = [
        migrations.AddField(
            model_name="organisation", name="calendar_version", field=models.PositiveIntegerField(default=0)
        ),
    ]

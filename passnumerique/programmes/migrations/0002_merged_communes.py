from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='commune',
            name='former',
            field=models.CharField(blank=True, default='', help_text='The communes that merged into it: `55164 Douaumont|55537 Vaux…`.', max_length=400),
            preserve_default=False,
        ),
    ]

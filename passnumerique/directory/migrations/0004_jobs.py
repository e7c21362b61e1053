from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0003_calendar_version'),
    ]

    operations = [
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('programme_id', models.UUIDField(editable=False)),
                ('name', models.CharField(choices=[('expire_offers', 'expire_offers'), ('news', 'news'), ('reminders', 'reminders'), ('settle_messages', 'settle_messages'), ('receipts', 'receipts'), ('structures', 'structures'), ('purge', 'purge'), ('seal', 'seal')], max_length=24)),
                ('due_at', models.DateTimeField()),
                ('began_at', models.DateTimeField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('counts', models.JSONField(default=dict)),
                ('fault', models.CharField(blank=True, max_length=120)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name__in', ['expire_offers', 'news', 'reminders', 'settle_messages', 'receipts', 'structures', 'purge', 'seal'])), name='job_name_known'), models.UniqueConstraint(fields=('programme_id', 'name'), name='job_once')],
            },
        ),
    ]

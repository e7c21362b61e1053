from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("beneficiaries", "0002_contacts"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailingStop",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("programme_id", models.UUIDField(editable=False)),
                ("organisation_id", models.UUIDField()),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="message",
            name="message_state",
        ),
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
                choices=[
                    ("sending", "sending"),
                    ("sent", "sent"),
                    ("delivered", "delivered"),
                    ("postponed", "postponed"),
                    ("failed", "failed"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["sending", "sent", "delivered", "postponed", "failed"])),
                name="message_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailingstop",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("programme_id", "organisation_id"),
                name="mailing_stop_one_open",
            ),
        ),
    ]

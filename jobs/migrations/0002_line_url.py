"""A line of a job's log may lead somewhere."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the path."""

    dependencies = [("jobs", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="jobline",
            name="url",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
    ]

"""A job may do another one once more, and its end is told once; old jobs are found by their end."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the job retried, whether the end was told, and an index for pruning."""

    dependencies = [("jobs", "0002_line_url")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="announced",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="job",
            name="retry_of",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="retries",
                to="jobs.job",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["finished_at"], name="jobs_job_finished"),
        ),
    ]

"""Managed Airflow: what it asks of bucket, files, network and role before it spends half an hour."""

from faked_network import role_name, subnets_and_groups, zones_of
from faked_types import fake, must_exist, new_arn
from ministack.services import s3

# Name of each log in LoggingConfiguration.
LOGS = ("DagProcessingLogs", "SchedulerLogs", "TaskLogs", "WebserverLogs", "WorkerLogs")


def environment(props, before):
    network = props["NetworkConfiguration"]
    subnets_and_groups(network["SubnetIds"], network["SecurityGroupIds"])
    if len(network["SubnetIds"]) != 2 or len(zones_of(network["SubnetIds"])) != 2:
        raise ValueError(f"Airflow needs exactly two subnets in two zones, and has {network['SubnetIds']}")
    role_name(props["ExecutionRoleArn"])
    bucket = must_exist("bucket", props["SourceBucketArn"].rsplit(":", 1)[-1], s3._buckets)
    if s3._bucket_versioning.get(bucket) != "Enabled":
        raise ValueError(f"bucket {bucket} must keep versions")
    folder = props["DagS3Path"].strip("/") + "/"
    if not any(key.startswith(folder) and key.endswith(".py") for key in s3._buckets[bucket]["objects"]):
        raise ValueError(f"bucket {bucket} has no DAG under {folder}")
    if props.get("RequirementsS3Path"):
        versions = s3._object_versions.get((bucket, props["RequirementsS3Path"])) or []
        known = [each["version_id"] for each in versions]
        must_exist(f"version of {props['RequirementsS3Path']}", props.get("RequirementsS3ObjectVersion"), known)
    arn = new_arn("airflow", f"environment/{props['Name']}")
    groups = {
        f"LoggingConfiguration.{log}.CloudWatchLogGroupArn": new_arn("logs", f"log-group:airflow-{props['Name']}-{log[:-4]}")
        for log in LOGS
    }
    return props["Name"], {"Arn": arn, "WebserverUrl": f"{props['Name']}.airflow.invalid", **groups}


def register():
    fake(
        "AWS::MWAA::Environment",
        environment,
        name="Name",
        occupies=lambda props: [
            *props["NetworkConfiguration"]["SubnetIds"],
            *props["NetworkConfiguration"]["SecurityGroupIds"],
        ],
    )

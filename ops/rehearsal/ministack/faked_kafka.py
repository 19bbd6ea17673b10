"""MSK and MSK Connect in CloudFormation, on top of MiniStack's MSK, which answers the calls of custom resources."""

import base64
import re
import uuid

from faked_network import role_name, subnets_and_groups, zones_of
from faked_types import fake, must_exist, new_arn
from ministack.services import cloudwatch_logs, kms, msk, s3

_revisions = {}
_topics = {}
_plugins = {}
_worker_configurations = {}

# Of clusters, configurations, plugins and all else of MSK's. The API refuses other names without saying which character it was.
NAME = re.compile("[0-9A-Za-z][0-9A-Za-z-]{0,63}")


def cluster(props, before):
    group = props["BrokerNodeGroupInfo"]
    subnets = group["ClientSubnets"]
    subnets_and_groups(subnets, group.get("SecurityGroups", []))
    if len(zones_of(subnets)) != len(subnets) or len(subnets) not in (2, 3):
        raise ValueError(f"a cluster needs two or three subnets, each in its own zone, and has {sorted(zones_of(subnets))}")
    if int(props["NumberOfBrokerNodes"]) % len(subnets):
        raise ValueError(f"NumberOfBrokerNodes {props['NumberOfBrokerNodes']} must be a multiple of the {len(subnets)} subnets")
    key = (props.get("EncryptionInfo") or {}).get("EncryptionAtRest", {}).get("DataVolumeKMSKeyId")
    if key:
        must_exist("key", str(key).rsplit("/", 1)[-1], kms._keys)
    configuration = props.get("ConfigurationInfo")
    if configuration:
        must_exist("configuration", configuration["Arn"], _revisions)
    logs = (props.get("LoggingInfo") or {}).get("BrokerLogs", {}).get("CloudWatchLogs", {})
    if logs.get("Enabled"):
        must_exist("log group", logs.get("LogGroup"), cloudwatch_logs._log_groups)
    if not NAME.fullmatch(props["ClusterName"]):
        raise ValueError(f"ClusterName {props['ClusterName']!r} must match {NAME.pattern}")
    arn = before or new_arn("kafka", f"cluster/{props['ClusterName']}/{uuid.uuid4()}-3")
    msk._clusters[arn] = {
        "ClusterArn": arn,
        "ClusterName": props["ClusterName"],
        "State": "ACTIVE",
        "NumberOfBrokerNodes": int(props["NumberOfBrokerNodes"]),
    }
    return arn, {"Arn": arn, "CurrentVersion": "K3AEGXETSR30VB"}


def server_configuration(props, before):
    lines = [line for line in props["ServerProperties"].splitlines() if line.strip()]
    if any("=" not in line for line in lines):
        raise ValueError("ServerProperties must be lines of name=value")
    arn = before or new_arn("kafka", f"configuration/{props['Name']}/{uuid.uuid4()}-3")
    _revisions[arn] = _revisions.get(arn, 0) + 1
    return arn, {"Arn": arn, "LatestRevision.Revision": str(_revisions[arn])}


def topic(props, before):
    arn = must_exist("cluster", props["ClusterArn"], msk._clusters)
    brokers = msk._clusters[arn]["NumberOfBrokerNodes"]
    if not 1 <= int(props["ReplicationFactor"]) <= brokers:
        raise ValueError(f"ReplicationFactor {props['ReplicationFactor']} must be at most the number of brokers, {brokers}")
    topic_arn = f"{arn.replace(':cluster/', ':topic/', 1)}/{props['TopicName']}"
    partitions = int(props["PartitionCount"])
    if before is None and topic_arn in _topics:
        raise ValueError(f"topic {props['TopicName']} already exists")
    if partitions < _topics.get(topic_arn, 1):
        raise ValueError(f"topic {props['TopicName']} has {_topics[topic_arn]} partitions, and Kafka cannot reduce them to {partitions}")
    _topics[topic_arn] = partitions
    return topic_arn, {"TopicArn": topic_arn}


def custom_plugin(props, before):
    location = props["Location"]["S3Location"]
    bucket = must_exist("bucket", location["BucketArn"].rsplit(":", 1)[-1], s3._buckets)
    stored = s3._buckets[bucket]["objects"]
    must_exist(f"object in bucket {bucket}", location["FileKey"], stored)
    arn = before or new_arn("kafkaconnect", f"custom-plugin/{props['Name']}/{uuid.uuid4()}-3")
    _plugins[arn] = location
    return arn, {"CustomPluginArn": arn, "Revision": "1"}


def worker_configuration(props, before):
    text = base64.b64decode(props["PropertiesFileContent"], validate=True).decode()
    keys = [line.split("=", 1)[0] for line in text.splitlines() if line.strip()]
    missing = {"key.converter", "value.converter"} - set(keys)
    if missing:
        raise ValueError(f"PropertiesFileContent lacks {', '.join(sorted(missing))}")
    arn = before or new_arn("kafkaconnect", f"worker-configuration/{props['Name']}/{uuid.uuid4()}-3")
    _worker_configurations[arn] = text
    return arn, {"WorkerConfigurationArn": arn, "Revision": "1"}


def connector(props, before):
    for plugin in props["Plugins"]:
        must_exist("custom plugin", plugin["CustomPlugin"]["CustomPluginArn"], _plugins)
    workers = props.get("WorkerConfiguration")
    if workers:
        must_exist("worker configuration", workers["WorkerConfigurationArn"], _worker_configurations)
    role_name(props["ServiceExecutionRoleArn"])
    kafka = props["KafkaCluster"]["ApacheKafkaCluster"]
    known = {msk._bootstrap_strings(each["ClusterName"])["BootstrapBrokerStringSaslIam"] for each in msk._clusters.values()}
    must_exist("Kafka cluster with the bootstrap servers", kafka["BootstrapServers"], known)
    subnets_and_groups(kafka["Vpc"]["Subnets"], kafka["Vpc"]["SecurityGroups"])
    logs = (props.get("LogDelivery") or {}).get("WorkerLogDelivery", {}).get("CloudWatchLogs", {})
    if logs.get("Enabled"):
        must_exist("log group", logs.get("LogGroup"), cloudwatch_logs._log_groups)
    texts = [key for key, value in props["ConnectorConfiguration"].items() if not isinstance(value, str)]
    if texts:
        raise ValueError(f"ConnectorConfiguration takes text only; {', '.join(texts)} is none")
    arn = before or new_arn("kafkaconnect", f"connector/{props['ConnectorName']}/{uuid.uuid4()}-3")
    return arn, {"ConnectorArn": arn}


def _connector_places(props):
    vpc = props["KafkaCluster"]["ApacheKafkaCluster"]["Vpc"]
    return [*vpc["Subnets"], *vpc["SecurityGroups"]]


def register():
    fake(
        "AWS::MSK::Cluster",
        cluster,
        name="ClusterName",
        occupies=lambda props: [
            *props["BrokerNodeGroupInfo"]["ClientSubnets"],
            *props["BrokerNodeGroupInfo"].get("SecurityGroups", []),
        ],
        forget=lambda arn: msk._clusters.pop(arn, None),
    )
    fake("AWS::MSK::Configuration", server_configuration, name="Name", forget=lambda arn: _revisions.pop(arn, None))
    fake("AWS::MSK::Topic", topic, name="TopicName", forget=lambda arn: _topics.pop(arn, None))
    fake("AWS::KafkaConnect::CustomPlugin", custom_plugin, name="Name", forget=lambda arn: _plugins.pop(arn, None))
    fake(
        "AWS::KafkaConnect::WorkerConfiguration",
        worker_configuration,
        name="Name",
        forget=lambda arn: _worker_configurations.pop(arn, None),
    )
    fake("AWS::KafkaConnect::Connector", connector, name="ConnectorName", occupies=_connector_places)

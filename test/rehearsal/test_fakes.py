"""What the stand-ins refuse. Run with `python -B -m unittest` in this folder, by fakes.rehearsal.ts among others."""

import base64
import unittest

import differences
import faked_airflow
import faked_emr
import faked_identity
import faked_kafka
import faked_monitoring
import faked_network
import faked_types
from ministack.services import cloudwatch_logs, ec2, iam, s3, secretsmanager, waf
from ministack.services.cloudformation import drift
from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS

for part in (faked_network, faked_kafka, faked_airflow, faked_emr, faked_identity, faked_monitoring, differences):
    part.register()


def create(resource_type, **props):
    return _RESOURCE_HANDLERS[resource_type]["create"]("Logical", props, "stack")


def update(resource_type, physical_id, old, **new):
    return _RESOURCE_HANDLERS[resource_type]["update"](physical_id, old, new, "stack", "Logical")


def given_network(zones=("a", "b")):
    """A network with a subnet in each zone and one security group."""
    vpc, _ = create("AWS::EC2::VPC", CidrBlock="10.0.0.0/16")
    subnets = [
        create("AWS::EC2::Subnet", VpcId=vpc, CidrBlock=f"10.0.{at}.0/24", AvailabilityZone=f"us-east-1{zone}")[0]
        for at, zone in enumerate(zones)
    ]
    group, _ = create("AWS::EC2::SecurityGroup", VpcId=vpc, GroupDescription="any")
    return subnets, group


def given_cluster(name, zones=("a", "b"), **more):
    subnets, group = given_network(zones)
    brokers = {"ClientSubnets": subnets, "SecurityGroups": [group], "InstanceType": "kafka.t3.small"}
    props = {"ClusterName": name, "KafkaVersion": "3.9.x.kraft", "NumberOfBrokerNodes": len(zones), "BrokerNodeGroupInfo": brokers}
    return {**props, **more}


class Kafka(unittest.TestCase):
    def test_a_required_property_must_be_there(self):
        with self.assertRaisesRegex(ValueError, "required key TopicName, ReplicationFactor|ReplicationFactor, TopicName"):
            create("AWS::MSK::Topic", ClusterArn="x", PartitionCount=1)

    def test_a_topic_needs_a_cluster_that_is_there(self):
        with self.assertRaisesRegex(ValueError, "cluster 'arn:nothing' does not exist"):
            create("AWS::MSK::Topic", ClusterArn="arn:nothing", TopicName="a", PartitionCount=1, ReplicationFactor=1)

    def test_a_topic_has_no_more_copies_than_brokers(self):
        arn, _ = create("AWS::MSK::Cluster", **given_cluster("copies"))
        with self.assertRaisesRegex(ValueError, "ReplicationFactor 3 must be at most the number of brokers, 2"):
            create("AWS::MSK::Topic", ClusterArn=arn, TopicName="b", PartitionCount=1, ReplicationFactor=3)

    def test_partitions_grow_and_never_shrink(self):
        arn, _ = create("AWS::MSK::Cluster", **given_cluster("grows"))
        props = {"ClusterArn": arn, "TopicName": "c", "ReplicationFactor": 2}
        topic, attributes = create("AWS::MSK::Topic", **props, PartitionCount=3)
        self.assertEqual(topic, attributes["TopicArn"])
        self.assertEqual(update("AWS::MSK::Topic", topic, {**props, "PartitionCount": 3}, **props, PartitionCount=6)[0], topic)
        with self.assertRaisesRegex(ValueError, "has 6 partitions, and Kafka cannot reduce them to 3"):
            update("AWS::MSK::Topic", topic, {**props, "PartitionCount": 6}, **props, PartitionCount=3)

    def test_a_name_that_is_taken_is_refused_and_free_again_after(self):
        props = given_cluster("once")
        arn, _ = create("AWS::MSK::Cluster", **props)
        with self.assertRaisesRegex(ValueError, "ClusterName 'once' already exists"):
            create("AWS::MSK::Cluster", **props)
        _RESOURCE_HANDLERS["AWS::MSK::Cluster"]["delete"](arn, props)
        self.assertNotEqual(create("AWS::MSK::Cluster", **props)[0], arn)

    def test_other_security_groups_would_replace_a_cluster_of_that_name(self):
        props = given_cluster("fixed")
        arn, _ = create("AWS::MSK::Cluster", **props)
        other = {**props, "BrokerNodeGroupInfo": {**props["BrokerNodeGroupInfo"], "SecurityGroups": []}}
        with self.assertRaisesRegex(ValueError, "custom-named resource requires replacing: BrokerNodeGroupInfo/SecurityGroups"):
            update("AWS::MSK::Cluster", arn, props, **other)
        renamed, _ = update("AWS::MSK::Cluster", arn, props, **{**other, "ClusterName": "fixed-2"})
        self.assertNotEqual(renamed, arn)

    def test_brokers_lie_in_two_or_three_zones(self):
        with self.assertRaisesRegex(ValueError, "each in its own zone"):
            create("AWS::MSK::Cluster", **given_cluster("same-zone", zones=("a", "a")))

    def test_a_plugin_needs_its_file_in_the_bucket(self):
        bucket, _ = create("AWS::S3::Bucket", BucketName="plugins-here")
        location = {"S3Location": {"BucketArn": f"arn:aws:s3:::{bucket}", "FileKey": "sink.zip"}}
        with self.assertRaisesRegex(ValueError, "object in bucket plugins-here 'sink.zip' does not exist"):
            create("AWS::KafkaConnect::CustomPlugin", Name="p", ContentType="ZIP", Location=location)
        s3._buckets[bucket]["objects"]["sink.zip"] = {"body": b"zip"}
        arn, attributes = create("AWS::KafkaConnect::CustomPlugin", Name="p", ContentType="ZIP", Location=location)
        self.assertEqual(attributes, {"CustomPluginArn": arn, "Revision": "1"})

    def test_workers_need_their_converters(self):
        text = base64.b64encode(b"key.converter=a").decode()
        with self.assertRaisesRegex(ValueError, "lacks value.converter"):
            create("AWS::KafkaConnect::WorkerConfiguration", Name="w", PropertiesFileContent=text)


class Network(unittest.TestCase):
    def test_a_gateway_needs_its_subnet_and_its_address(self):
        subnets, _ = given_network()
        with self.assertRaisesRegex(ValueError, "allocation None does not exist"):
            create("AWS::EC2::NatGateway", SubnetId=subnets[0])
        address, attributes = create("AWS::EC2::EIP", Domain="vpc")
        self.assertEqual(address, attributes["PublicIp"])
        create("AWS::EC2::NatGateway", SubnetId=subnets[0], AllocationId=attributes["AllocationId"])

    def test_a_rule_has_one_source_and_it_is_there(self):
        _, group = given_network()
        with self.assertRaisesRegex(ValueError, "exactly one of CidrIp, CidrIpv6 and SourceSecurityGroupId"):
            create("AWS::EC2::SecurityGroupIngress", GroupId=group, IpProtocol="tcp")
        with self.assertRaisesRegex(ValueError, "security group 'sg-nothing' does not exist"):
            create("AWS::EC2::SecurityGroupIngress", GroupId=group, IpProtocol="tcp", SourceSecurityGroupId="sg-nothing")

    def test_subnets_and_groups_lie_in_one_network(self):
        subnets, _ = given_network()
        _, elsewhere = given_network()
        with self.assertRaisesRegex(ValueError, "must lie in one network"):
            create("AWS::ApiGatewayV2::VpcLink", Name="link", SubnetIds=subnets, SecurityGroupIds=[elsewhere])

    def test_a_firewall_logs_into_one_group_of_its_own_name(self):
        acl = "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/pins/1"
        with self.assertRaisesRegex(ValueError, f"web ACL '{acl}' does not exist"):
            create("AWS::WAFv2::LoggingConfiguration", ResourceArn=acl, LogDestinationConfigs=["a"])
        waf._web_acls["1"] = {"ARN": acl}
        self.addCleanup(waf._web_acls.pop, "1", None)
        logs = "arn:aws:logs:us-east-1:000000000000:log-group:"
        for group, what in (("pins", "begins with aws-waf-logs-"), ("aws-waf-logs-pins:*", "log group 'aws-waf-logs-pins:\\*' does not exist")):
            with self.assertRaisesRegex(ValueError, what):
                create("AWS::WAFv2::LoggingConfiguration", ResourceArn=acl, LogDestinationConfigs=[logs + group])
        cloudwatch_logs._log_groups["aws-waf-logs-pins"] = {}
        self.addCleanup(cloudwatch_logs._log_groups.pop, "aws-waf-logs-pins", None)
        create("AWS::WAFv2::LoggingConfiguration", ResourceArn=acl, LogDestinationConfigs=[logs + "aws-waf-logs-pins"])

    def test_a_subnet_in_use_cannot_be_deleted(self):
        subnets, group = given_network()
        link = {"Name": "link", "SubnetIds": subnets, "SecurityGroupIds": [group]}
        link_id, _ = create("AWS::ApiGatewayV2::VpcLink", **link)
        for resource_type, place in (("AWS::EC2::Subnet", subnets[0]), ("AWS::EC2::SecurityGroup", group)):
            with self.assertRaisesRegex(ValueError, f"{place} has dependencies .* AWS::ApiGatewayV2::VpcLink {link_id}"):
                _RESOURCE_HANDLERS[resource_type]["delete"](place, {})
        _RESOURCE_HANDLERS["AWS::ApiGatewayV2::VpcLink"]["delete"](link_id, link)
        _RESOURCE_HANDLERS["AWS::EC2::Subnet"]["delete"](subnets[0], {})
        self.assertNotIn(subnets[0], ec2._subnets)


class Airflow(unittest.TestCase):
    def given(self, bucket, **change):
        subnets, group = given_network()
        iam._roles["airflow"] = {"RoleName": "airflow"}
        props = {
            "Name": f"airflow-{bucket}",
            "NetworkConfiguration": {"SubnetIds": subnets, "SecurityGroupIds": [group]},
            "ExecutionRoleArn": "arn:aws:iam::000000000000:role/airflow",
            "SourceBucketArn": f"arn:aws:s3:::{bucket}",
            "DagS3Path": "dags",
        }
        return {**props, **change}

    def test_the_bucket_keeps_versions_and_has_a_dag(self):
        create("AWS::S3::Bucket", BucketName="plain")
        with self.assertRaisesRegex(ValueError, "bucket plain must keep versions"):
            create("AWS::MWAA::Environment", **self.given("plain"))
        create("AWS::S3::Bucket", BucketName="versioned", VersioningConfiguration={"Status": "Enabled"})
        with self.assertRaisesRegex(ValueError, "bucket versioned has no DAG under dags/"):
            create("AWS::MWAA::Environment", **self.given("versioned"))
        s3._buckets["versioned"]["objects"]["dags/daily.py"] = {"body": b""}
        self.assertEqual(create("AWS::MWAA::Environment", **self.given("versioned"))[0], "airflow-versioned")

    def test_the_requirements_are_there_in_that_version(self):
        create("AWS::S3::Bucket", BucketName="packages", VersioningConfiguration={"Status": "Enabled"})
        s3._buckets["packages"]["objects"]["dags/daily.py"] = {"body": b""}
        asked = {"RequirementsS3Path": "requirements.txt", "RequirementsS3ObjectVersion": "v1"}
        with self.assertRaisesRegex(ValueError, "version of requirements.txt 'v1' does not exist"):
            create("AWS::MWAA::Environment", **self.given("packages", **asked))


EMR = "AWS::EMRServerless::Application"


class Emr(unittest.TestCase):
    """Against stand-ins/emr-serverless, which whoever runs these tests has started (REHEARSAL_EMR_URL)."""

    def given(self, **changes):
        return {"Type": "SPARK", "ReleaseLabel": "emr-spark-8.1.0", "Architecture": "ARM64", **changes}

    def test_an_application_has_the_settings_and_tags_that_its_template_says(self):
        subnets, group = given_network()
        logs = {"Enabled": "true", "LogTypeMap": [{"key": "SPARK_DRIVER", "value": ["STDOUT"]}]}
        made, attributes = create(
            EMR,
            **self.given(
                Name="a",
                NetworkConfiguration={"SubnetIds": subnets, "SecurityGroupIds": [group]},
                AutoStopConfiguration={"Enabled": "true", "IdleTimeoutMinutes": 1},
                MonitoringConfiguration={"CloudWatchLoggingConfiguration": logs},
                Tags=[{"Key": "pipeline", "Value": "team-a"}],
            ),
        )
        self.assertEqual(attributes["ApplicationId"], made)
        there = faked_emr.call("GET", f"/applications/{made}")["application"]
        self.assertEqual((there["arn"], there["tags"]), (attributes["Arn"], {"pipeline": "team-a"}))
        self.assertEqual(there["autoStopConfiguration"], {"enabled": True, "idleTimeoutMinutes": 1})
        logs = there["monitoringConfiguration"]["cloudWatchLoggingConfiguration"]
        self.assertEqual(logs, {"enabled": True, "logTypes": {"SPARK_DRIVER": ["STDOUT"]}})
        self.assertEqual(faked_types.occupants(group), [f"{EMR} {made}"])

    def test_what_the_api_does_not_know_is_refused_with_its_name(self):
        with self.assertRaisesRegex(ValueError, "ValidationException: .*idleMinutes"):
            create(EMR, **self.given(AutoStopConfiguration={"Enabled": True, "IdleMinutes": 1}))

    def test_its_log_group_and_its_network_are_there_and_shut(self):
        logs = {"CloudWatchLoggingConfiguration": {"Enabled": True, "LogGroupName": "/nowhere"}}
        with self.assertRaisesRegex(ValueError, "log group '/nowhere' does not exist"):
            create(EMR, **self.given(MonitoringConfiguration=logs))
        subnets, group = given_network()
        with self.assertRaisesRegex(ValueError, "subnet 'subnet-0' does not exist"):
            create(EMR, **self.given(NetworkConfiguration={"SubnetIds": ["subnet-0"], "SecurityGroupIds": [group]}))
        create("AWS::EC2::SecurityGroupIngress", GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0")
        with self.assertRaisesRegex(ValueError, f"security group {group} is open to the world"):
            create(EMR, **self.given(NetworkConfiguration={"SubnetIds": subnets, "SecurityGroupIds": [group]}))

    def test_it_is_changed_and_deleted_only_while_it_is_stopped(self):
        before, after = self.given(), self.given(ReleaseLabel="emr-spark-8.2.0")
        made, _ = create(EMR, **before)
        faked_emr.call("POST", f"/applications/{made}/start")
        with self.assertRaisesRegex(ValueError, f"ConflictException: Application {made} must be in CREATED or STOPPED to be updated; it is STARTED"):
            update(EMR, made, before, **after)
        with self.assertRaisesRegex(ValueError, "must be in CREATED or STOPPED to be deleted; it is STARTED"):
            _RESOURCE_HANDLERS[EMR]["delete"](made, before)
        faked_emr.call("POST", f"/applications/{made}/stop")
        self.assertEqual(update(EMR, made, before, **after)[0], made)
        self.assertEqual(faked_emr.call("GET", f"/applications/{made}")["application"]["releaseLabel"], "emr-spark-8.2.0")
        _RESOURCE_HANDLERS[EMR]["delete"](made, after)
        with self.assertRaisesRegex(ValueError, "ResourceNotFoundException"):
            faked_emr.call("GET", f"/applications/{made}")

    def test_another_name_makes_another_application(self):
        before = self.given(Name="one")
        made, _ = create(EMR, **before)
        self.assertNotEqual(update(EMR, made, before, **self.given(Name="two"))[0], made)


class Alarms(unittest.TestCase):
    def test_one_metric_returns_data(self):
        metrics = [{"Id": "a", "Expression": "1"}, {"Id": "b", "Expression": "2"}]
        with self.assertRaisesRegex(ValueError, "exactly one of Metrics must return data"):
            create("AWS::CloudWatch::Alarm", ComparisonOperator="x", EvaluationPeriods=1, Metrics=metrics)

    def test_an_alarm_tells_a_topic_that_is_there(self):
        metrics = [{"Id": "a", "Expression": "1"}]
        with self.assertRaisesRegex(ValueError, "topic 'arn:nothing' does not exist"):
            create("AWS::CloudWatch::Alarm", ComparisonOperator="x", EvaluationPeriods=1, Metrics=metrics, AlarmActions=["arn:nothing"])

    def test_a_budget_tells_a_topic_that_lets_it(self):
        topic, _ = create("AWS::SNS::Topic", TopicName="alarms")
        notification = {"Notification": {}, "Subscribers": [{"SubscriptionType": "SNS", "Address": topic}]}
        asked = {"Budget": {"BudgetType": "COST", "TimeUnit": "MONTHLY"}, "NotificationsWithSubscribers": [notification]}
        with self.assertRaisesRegex(ValueError, "does not let budgets.amazonaws.com publish"):
            create("AWS::Budgets::Budget", **asked)
        statement = {"Effect": "Allow", "Principal": {"Service": "budgets.amazonaws.com"}, "Action": "sns:Publish", "Resource": topic}
        create("AWS::SNS::TopicPolicy", Topics=[topic], PolicyDocument={"Version": "2012-10-17", "Statement": [statement]})
        name, attributes = create("AWS::Budgets::Budget", **asked)
        self.assertEqual(attributes, {"Id": name})


class Identity(unittest.TestCase):
    def test_an_account_has_one_provider_for_an_address(self):
        arn, _ = create("AWS::IAM::OIDCProvider", Url="https://token.example.test", ClientIdList=["sts.amazonaws.com"])
        self.assertRegex(arn, r"^arn:aws:iam::\d{12}:oidc-provider/token.example.test$")
        with self.assertRaisesRegex(ValueError, "Url 'https://token.example.test' already exists"):
            create("AWS::IAM::OIDCProvider", Url="https://token.example.test")


class Secrets(unittest.TestCase):
    def test_what_drifted_is_looked_up_by_the_arn_that_a_stack_knows(self):
        props = {"Name": "drifts", "Description": "as made"}
        arn, _ = create("AWS::SecretsManager::Secret", **props)
        self.assertRegex(arn, r"^arn:aws:secretsmanager:")
        read, _ = drift._DRIFT_READERS["AWS::SecretsManager::Secret"]
        self.assertEqual(read(arn, props)["Description"], "as made")
        secretsmanager._secrets["drifts"]["Description"] = "by hand"
        self.assertEqual(read(arn, props)["Description"], "by hand")
        self.assertIsNone(read(arn[:-1], props))


if __name__ == "__main__":
    unittest.main()

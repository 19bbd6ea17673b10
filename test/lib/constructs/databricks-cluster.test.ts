import { newCluster } from '../../../lib/constructs/databricks-cluster';

const PROFILE = 'arn:aws:iam::123456789012:instance-profile/team-a';
const given = { sparkVersion: '17.3.x-scala2.13', nodeType: 'm6gd.large', workers: 2, instanceProfileArn: PROFILE };

test('the cluster is as asked; without workers it is a single node', () => {
  expect(newCluster({ ...given, workers: 3 })).toEqual({
    spark_version: '17.3.x-scala2.13',
    node_type_id: 'm6gd.large',
    num_workers: 3,
    data_security_mode: 'SINGLE_USER',
    aws_attributes: { instance_profile_arn: PROFILE, availability: 'ON_DEMAND' },
    spark_conf: {
      'spark.sql.ansi.enabled': 'true',
      'spark.sql.session.timeZone': 'UTC',
      'spark.sql.shuffle.partitions': '12',
    },
  });
  expect(newCluster({ ...given, workers: 0 })).toMatchObject({
    num_workers: 0,
    spark_conf: {
      'spark.databricks.cluster.profile': 'singleNode',
      'spark.master': 'local[*]',
      'spark.sql.shuffle.partitions': '4',
    },
    custom_tags: { ResourceClass: 'SingleNode' },
  });
});

test.each(['16.4.x-scala2.12', '17.2.x-scala2.13', 'latest'])('runtime %s is refused', (sparkVersion) => {
  expect(() => newCluster({ ...given, sparkVersion })).toThrow(
    `databricks.sparkVersion must be 17.3.x-scala2.13 or later, as the notebooks need Spark 4, got ${sparkVersion}`,
  );
});

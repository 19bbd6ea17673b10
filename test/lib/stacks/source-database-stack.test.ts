import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import { MYSQL_VERSIONS } from '../../../config/optional-settings';
import { NetworkStack } from '../../../lib/stacks/network-stack';
import { SourceDatabaseStack } from '../../../lib/stacks/source-database-stack';
import { givenApp, givenConfig, withoutHashes } from '../testing/environment';

function given(change: object = {}, settings: object = {}) {
  const app = givenApp();
  const config = givenConfig({ sourceDatabase: { engineVersion: '8.4.9', ...change }, ...settings });
  const network = new NetworkStack(app, 'Network', { config });
  const reachedFrom = new ec2.SecurityGroup(network, 'Machines', { vpc: network.vpc, allowAllOutbound: false });
  const stack = new SourceDatabaseStack(app, 'SourceDatabase', {
    config,
    vpc: network.vpc,
    sourceDatabase: config.sourceDatabase!,
    reachedFrom,
  });
  return { stack, template: Template.fromStack(stack) };
}

test('version, size and disk come from the environment', () => {
  given({ engineVersion: '8.4.10', instanceType: 'm7g.large', storageGiB: 55 }).template.hasResourceProperties(
    'AWS::RDS::DBInstance',
    {
      Engine: 'mysql',
      EngineVersion: '8.4.10',
      DBInstanceClass: 'db.m7g.large',
      AllocatedStorage: '55',
      MaxAllocatedStorage: 110,
      AutoMinorVersionUpgrade: true,
    },
  );
});

test.each(MYSQL_VERSIONS)('CDK knows MySQL %s, and does not call it deprecated', (version) => {
  const known = Object.values(rds.MysqlEngineVersion).map((each) => (each as rds.MysqlEngineVersion).mysqlFullVersion);
  expect(known).toContain(version);
});

test('passwords go over TLS only, and one is made that nobody typed', () => {
  const { template } = given();
  template.hasResourceProperties('AWS::RDS::DBParameterGroup', {
    Family: 'mysql8.4',
    Parameters: { require_secure_transport: '1', character_set_server: 'utf8mb4' },
  });
  template.hasResourceProperties('AWS::SecretsManager::Secret', {
    GenerateSecretString: Match.objectLike({ SecretStringTemplate: '{"username":"admin"}' }),
  });
});

test('the disk is encrypted, and no address of the internet leads to it', () => {
  given().template.hasResourceProperties('AWS::RDS::DBInstance', { StorageEncrypted: true, PubliclyAccessible: false });
});

test('one group of machines reaches its port, and nobody else', () => {
  const { template } = given();
  template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
    FromPort: 3306,
    ToPort: 3306,
    IpProtocol: 'tcp',
    CidrIp: Match.absent(),
  });
  for (const { Properties } of Object.values(template.findResources('AWS::EC2::SecurityGroup'))) {
    expect(Properties.SecurityGroupIngress).toBeUndefined();
  }
});

test('it is kept and protected unless the environment allows destroying data', () => {
  given().template.hasResource('AWS::RDS::DBInstance', {
    DeletionPolicy: 'Retain',
    Properties: { DeletionProtection: true },
  });
  given({}, { destroyData: true }).template.hasResource('AWS::RDS::DBInstance', {
    DeletionPolicy: 'Delete',
    Properties: { DeletionProtection: false },
  });
});

test('nothing in the template changes unnoticed', () => {
  expect(withoutHashes(given().stack)).toMatchSnapshot();
});

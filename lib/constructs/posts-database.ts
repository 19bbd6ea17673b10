import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { removalOf } from './removal';

export interface PostsDatabaseProps {
  readonly vpc: ec2.IVpc;
  /** Machines that may connect. A laptop forwards a port through them by Session Manager. */
  readonly reachedFrom: ec2.IConnectable;
  /** MySQL version in full, such as `8.4.10`: RDS knows no bare `8.4`. */
  readonly engineVersion: string;
  /** Size without the `db.` in front, such as `t4g.micro`. */
  readonly instanceType: string;
  /** Disk in GiB, from 20 up. It grows automatically up to twice that size. */
  readonly storageGiB: number;
  /** Whether deleting the stack deletes the database and all of its rows. */
  readonly destroyData: boolean;
}

/** The exercise's source database: MySQL that takes TLS connections from inside the network only. */
export class PostsDatabase extends Construct {
  readonly instance: rds.DatabaseInstance;

  constructor(scope: Construct, id: string, props: PostsDatabaseProps) {
    super(scope, id);
    const version = rds.MysqlEngineVersion.of(
      props.engineVersion,
      props.engineVersion.split('.').slice(0, 2).join('.'),
    );
    const engine = rds.DatabaseInstanceEngine.mysql({ version });
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'Source database',
      allowAllOutbound: false,
    });
    this.instance = new rds.DatabaseInstance(this, 'Instance', {
      engine,
      vpc: props.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [securityGroup],
      instanceType: new ec2.InstanceType(props.instanceType),
      allocatedStorage: props.storageGiB,
      maxAllocatedStorage: props.storageGiB * 2,
      storageType: rds.StorageType.GP3,
      storageEncrypted: true,
      databaseName: 'pinterest_data',
      credentials: rds.Credentials.fromGeneratedSecret('admin'),
      iamAuthentication: true,
      parameterGroup: new rds.ParameterGroup(this, 'Parameters', {
        engine,
        // Requires TLS. By default RDS accepts passwords over plain connections.
        parameters: { require_secure_transport: '1', character_set_server: 'utf8mb4' },
      }),
      autoMinorVersionUpgrade: true,
      backupRetention: Duration.days(7),
      copyTagsToSnapshot: true,
      deletionProtection: !props.destroyData,
      removalPolicy: removalOf(props.destroyData),
    });
    this.instance.connections.allowFrom(props.reachedFrom, ec2.Port.tcp(3306), 'Source database');

    const rebuilt = 'Its rows are synthetic and written again by one command';
    acknowledge(this.instance, 'AwsSolutions-RDS3', `${rebuilt}; a second zone would double the price for nothing`);
    acknowledge(
      this.instance,
      'AwsSolutions-RDS11',
      'A hidden port hides nothing: the security group lets in one group of machines',
    );
    acknowledge(
      this.instance,
      'AwsSolutions-SMG4',
      `${rebuilt}; a rotation would need a function in the network, always`,
    );
    if (props.destroyData)
      acknowledge(this.instance, 'AwsSolutions-RDS10', 'The environment file says destroyData: true');
  }
}

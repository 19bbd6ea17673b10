import { App } from 'aws-cdk-lib';
import { loadArtefacts } from '../../config/artefacts';
import { loadEnvironment } from '../../config/load';
import { addStacks } from '../../lib/pipeline';
import { CiStack } from '../../lib/stacks/ci-stack';
import { type Overlay, offeredWheels, overlaid, withStandIns } from './overlay';

/** The CDK app of one environment, as bin/pipeline.ts makes it, except for what it meets outside AWS. Run by synthesize.ts. */
const { env, overlay } = JSON.parse(process.env.REHEARSAL_APP!) as { env: string; overlay: Overlay };
const { airflowSecretVersion } = overlay;
const app = new App({ postCliContext: { ...(airflowSecretVersion !== undefined && { airflowSecretVersion }) } });
const { config, artefacts } = withStandIns(overlaid(loadEnvironment(env), overlay), loadArtefacts(), overlay);
addStacks(app, config, artefacts, offeredWheels(config, overlay));
// bin/ci.ts puts it into an app of its own, for whom it is deployed by; in CloudFormation it is a stack like the others.
if (overlay.switchOn) new CiStack(app, 'Ci', { config, repository: { owner: 'octocat', name: 'pins' } });
app.synth();

import { App } from 'aws-cdk-lib';
import { addStacks } from '../../lib/pipeline';
import { environmentAt, type Place } from '../lib/testing/elsewhere';

/** The CDK app of an environment in another place, as bin/pipeline.ts makes it where the file says. Run by lint.ts. */
const app = new App();
addStacks(app, environmentAt(app.node.tryGetContext('env'), app.node.tryGetContext('place') as Place));
app.synth();

import { randomBytes } from 'node:crypto';
import { checked, conflict, invalid, notFound } from './refusal';
import { type ApplicationSettings, createApplication, updateApplication } from './shapes';

export type ApplicationState = 'CREATED' | 'STARTED' | 'STOPPED' | 'TERMINATED';

export interface Application {
  readonly applicationId: string;
  readonly arn: string;
  settings: ApplicationSettings;
  state: ApplicationState;
  readonly tags: Record<string, string>;
}

/** Applications with their one hard rule: they are changed and deleted only while nothing of them runs. */
export class Applications {
  private readonly all = new Map<string, Application>();

  constructor(
    private readonly place: { readonly region: string; readonly account: string },
    /** Runs of an application that have not ended. */
    private readonly unended: (applicationId: string) => number,
  ) {}

  list(): Application[] {
    return [...this.all.values()];
  }

  get(applicationId: string): Application {
    const application = this.all.get(applicationId);
    if (!application) throw notFound(`Application ${applicationId} does not exist.`);
    return application;
  }

  byArn(arn: string): Application {
    const application = this.list().find((each) => each.arn === arn);
    if (!application) throw notFound(`Resource ${arn} does not exist.`);
    return application;
  }

  create(input: unknown): Application {
    const settings = checked(createApplication, input);
    const applicationId = `00${randomBytes(7).toString('hex')}`;
    const { region, account } = this.place;
    const application: Application = {
      applicationId,
      arn: `arn:aws:emr-serverless:${region}:${account}:/applications/${applicationId}`,
      settings,
      state: 'CREATED',
      tags: { ...settings.tags },
    };
    this.all.set(applicationId, application);
    return application;
  }

  update(applicationId: string, input: unknown): Application {
    const application = this.get(applicationId);
    const settings = checked(updateApplication, input);
    this.refuseUnlessStopped(application, 'updated');
    const { releaseLabel = application.settings.releaseLabel, ...others } = settings;
    application.settings = { ...application.settings, ...others, releaseLabel };
    return application;
  }

  delete(applicationId: string): void {
    const application = this.get(applicationId);
    this.refuseUnlessStopped(application, 'deleted');
    application.state = 'TERMINATED';
    this.all.delete(applicationId);
  }

  start(applicationId: string): void {
    const application = this.get(applicationId);
    application.state = 'STARTED';
  }

  stop(applicationId: string): void {
    const application = this.get(applicationId);
    const runs = this.unended(applicationId);
    if (runs > 0)
      throw invalid(
        `Application ${applicationId} cannot be stopped while it has ${runs} scheduled, queued or running job runs.`,
      );
    if (application.state === 'STARTED') application.state = 'STOPPED';
  }

  private refuseUnlessStopped({ applicationId, state }: Application, verb: string): void {
    if (state !== 'CREATED' && state !== 'STOPPED')
      throw conflict(`Application ${applicationId} must be in CREATED or STOPPED to be ${verb}; it is ${state}.`);
  }
}

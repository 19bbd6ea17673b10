import { DatabricksError } from './api-error';
import type { DatabricksClient } from './client';

/** Settings of one job as the Jobs API takes them. The job is identified by its name. */
export interface JobSettings {
  readonly name: string;
  readonly continuous?: { readonly pause_status?: string };
  readonly [setting: string]: unknown;
}

const API = '/api/2.2/jobs';
const TRIES = 4;

/**
 * Creates the job of this name with these settings, or changes its settings if it exists.
 *
 * `create` is not idempotent, so it is never simply repeated: after a try with an unknown result the job is
 * looked up by its name, and used if it exists.
 *
 * @returns the job's id
 */
export async function putJob(client: DatabricksClient, settings: JobSettings): Promise<string> {
  for (let tried = 1; ; tried++) {
    const id = await findJob(client, settings.name);
    if (id !== undefined) {
      await client.post(`${API}/reset`, { job_id: id, new_settings: settings });
      // A running stream keeps its old settings; once stopped, it starts again with the new ones.
      if (settings.continuous) await client.post(`${API}/runs/cancel-all`, { job_id: id });
      return id;
    }
    try {
      return String((await client.postOnce(`${API}/create`, settings)).job_id);
    } catch (error) {
      const unknownEnd = !(error instanceof DatabricksError) || error.isBusy || error.status >= 500;
      if (!unknownEnd || tried === TRIES) throw error;
    }
  }
}

/** Ends the runs of the job of this name, then removes it. A missing job is not an error. */
export async function removeJob(client: DatabricksClient, name: string): Promise<void> {
  const id = await findJob(client, name);
  if (id === undefined) return;
  const { settings } = (await client.get(`${API}/get`, { job_id: id })) as { settings?: JobSettings };
  // Otherwise the job could begin another run between the next two calls.
  if (settings?.continuous) {
    await client.post(`${API}/update`, { job_id: id, new_settings: { continuous: { pause_status: 'PAUSED' } } });
  }
  await client.post(`${API}/runs/cancel-all`, { job_id: id });
  await ignoringGone(client.post(`${API}/delete`, { job_id: id }));
}

/** Id of the one job of exactly this name. */
async function findJob(client: DatabricksClient, name: string): Promise<string | undefined> {
  const found: string[] = [];
  let pageToken: string | undefined;
  do {
    const query: Record<string, string> = pageToken
      ? { name, limit: '100', page_token: pageToken }
      : { name, limit: '100' };
    const page = (await client.get(`${API}/list`, query)) as {
      jobs?: { job_id: string; settings: { name: string } }[];
      next_page_token?: string;
    };
    // The service's filter ignores case.
    found.push(...(page.jobs ?? []).filter(({ settings }) => settings.name === name).map(({ job_id }) => job_id));
    pageToken = page.next_page_token;
  } while (pageToken);
  if (found.length > 1) {
    throw new Error(
      `the workspace has ${found.length} jobs named ${name} (${found.join(', ')}); delete all but one, then deploy again`,
    );
  }
  return found[0];
}

/** Waits for a call. An error that says that the object is gone counts as success. */
export async function ignoringGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof DatabricksError && error.isGone)) throw error;
  }
}

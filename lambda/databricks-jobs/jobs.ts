import { DatabricksError } from './api-error';
import type { DatabricksClient } from './client';

/** Settings of one job as the Jobs API takes them. The name is what we know it by. */
export interface JobSettings {
  readonly name: string;
  readonly continuous?: { readonly pause_status?: string };
  readonly [setting: string]: unknown;
}

const API = '/api/2.2/jobs';
const TRIES = 4;

/**
 * Makes the one job of this name have these settings, whether it was there or not.
 *
 * `create` knows no idempotency, so it is never repeated blindly: after a try with an unknown end the job is
 * looked for by name again, and adopted.
 *
 * @returns the job's id
 */
export async function putJob(client: DatabricksClient, settings: JobSettings): Promise<string> {
  for (let tried = 1; ; tried++) {
    const id = await findJob(client, settings.name);
    if (id !== undefined) {
      await client.post(`${API}/reset`, { job_id: id, new_settings: settings });
      // A stream keeps running with what it was started with; stopped, it starts again with what is set now.
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

/** Removes the job of this name, ending its runs first. One that is not there is no error. */
export async function removeJob(client: DatabricksClient, name: string): Promise<void> {
  const id = await findJob(client, name);
  if (id === undefined) return;
  const { settings } = (await client.get(`${API}/get`, { job_id: id })) as { settings?: JobSettings };
  // Unpaused, it would begin another run between the two calls that follow.
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
    // The service's own filter does not tell upper from lower case.
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

/** Waits for a call; that its object is gone is as good as done. */
export async function ignoringGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof DatabricksError && error.isGone)) throw error;
  }
}

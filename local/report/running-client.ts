import { readOutputs } from '@pipeline/cli/outputs';
import type { DataFolder } from '../runtime/data-folder';
import { ViewsClient } from './views-client';

/** The pipeline that serves this folder just now, if one does. */
export async function runningClient(folder: DataFolder, signal?: AbortSignal): Promise<ViewsClient | undefined> {
  try {
    const { viewsUrl } = readOutputs('local', folder.outputs);
    if (!viewsUrl) return undefined;
    const health = await fetch(new URL('health', viewsUrl), { signal: AbortSignal.timeout(2_000) });
    const { dataFolder } = (await health.json()) as { dataFolder?: string };
    return dataFolder === folder.id ? new ViewsClient(viewsUrl, signal) : undefined;
  } catch {
    // Nothing answers there: whatever wrote the file has ended.
    return undefined;
  }
}

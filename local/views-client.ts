import type { ViewLayer, ViewResult } from './serving';
import type { AllStageCounts } from './stage-counts';

/** Reads a running pipeline's answers over HTTP. Every call throws an Error with the URL and the answer when it is refused. */
export class ViewsClient {
  /** @param viewsUrl where the views are served; ends in '/'. */
  constructor(private readonly viewsUrl: string) {}

  view(layer: ViewLayer, name: string): Promise<ViewResult> {
    return this.ask('GET', `views/${name}?layer=${layer}`) as Promise<ViewResult>;
  }

  views(): Promise<{ name: string; grain: string }[]> {
    return this.ask('GET', 'views') as Promise<{ name: string; grain: string }[]>;
  }

  /** Closes the sink's open files, runs the batch job, lets the speed layer read to the end, and answers the counts. */
  flush(): Promise<AllStageCounts> {
    return this.ask('POST', 'flush') as Promise<AllStageCounts>;
  }

  /** Reads the SQL again and cleans everything anew. */
  rebuild(): Promise<AllStageCounts> {
    return this.ask('POST', 'rebuild') as Promise<AllStageCounts>;
  }

  private async ask(method: string, path: string): Promise<unknown> {
    const url = new URL(path, this.viewsUrl);
    const response = await fetch(url, { method });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  }
}

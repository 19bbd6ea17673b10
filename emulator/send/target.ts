import { readFileSync } from 'node:fs';
import { UsageError } from '@pipeline/cli/option-values';
import { readOutputs } from '@pipeline/cli/outputs';
import { namesOf } from '@pipeline/datasets/names';
import { load, type YAMLException } from 'js-yaml';
import type { EmulateOptions } from '../options';
import type { Target } from './replay-options';

type TargetOptions = Pick<
  EmulateOptions,
  'env' | 'outputs' | 'url' | 'apiConfig' | 'userId' | 'stream' | 'auth' | 'region'
>;

/**
 * Where the options say to send: an environment's outputs, or an API's URL.
 *
 * @throws UsageError for options that contradict one another
 * @throws OutputsError when the environment has no usable outputs file
 */
export function targetOf(options: TargetOptions): Target {
  const url = urlOf(options);
  if (url === undefined) {
    if (options.userId !== undefined)
      throw new UsageError('--user-id goes with --url or --api-config; an environment has its own');
    if (options.stream !== undefined)
      throw new UsageError('--stream goes with --url or --api-config; an environment has its own');
    return readOutputs(options.env, options.outputs);
  }
  if (options.userId === undefined) {
    throw new UsageError(`${url} says nothing about topics and streams; pass --user-id, the id they are named for`);
  }
  const region = options.region ?? regionOf(url);
  if (options.auth === 'iam' && region === undefined) {
    throw new UsageError(`--auth iam needs the region to sign for, and ${url} does not name it; pass --region`);
  }
  const { topics, streams } = namesOf(options.userId, { name: options.stream });
  return { apiUrl: url, region: region ?? 'us-east-1', auth: options.auth, topics, streams };
}

function urlOf({ url, apiConfig }: TargetOptions): string | undefined {
  if (url !== undefined && apiConfig !== undefined)
    throw new UsageError('--url and --api-config both name an API; pass one');
  if (apiConfig !== undefined) return checkedUrl(`${apiConfig}: api_gateway_invoke_url`, invokeUrlIn(apiConfig));
  return url === undefined ? undefined : checkedUrl('--url', url);
}

/** The exercise keeps the URL of its API under `api_gateway_invoke_url`. */
function invokeUrlIn(file: string): string {
  let yaml: unknown;
  try {
    yaml = load(readFileSync(file, 'utf8'));
  } catch (cause) {
    const { mark, reason, code } = cause as YAMLException & NodeJS.ErrnoException;
    const what = mark
      ? `${file}:${mark.line + 1}:${mark.column + 1} is not YAML: ${reason}`
      : `${file} cannot be read (${code})`;
    throw new UsageError(`--api-config ${what}`, { cause });
  }
  const url = (yaml as { api_gateway_invoke_url?: unknown } | undefined | null)?.api_gateway_invoke_url;
  if (typeof url !== 'string') {
    throw new UsageError(`--api-config ${file} must hold api_gateway_invoke_url: https://…/<stage>`);
  }
  return url;
}

/** Ends in '/', so that paths go below the stage and not in its place. */
function checkedUrl(origin: string, text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UsageError(
      `${origin} must be a URL such as https://abc123.execute-api.eu-west-1.amazonaws.com/dev/, got '${text}'`,
    );
  }
  if (!/^https?:$/.test(url.protocol))
    throw new UsageError(`${origin} must begin with https:// or http://, got '${text}'`);
  url.search = '';
  url.hash = '';
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

function regionOf(url: string): string | undefined {
  return /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(new URL(url).hostname)?.[1];
}

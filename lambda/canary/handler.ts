import { sing } from './sing';
import { waysOf } from './ways';

/** Called each minute. Throws when something is wrong, so that Lambda counts an error, which the alarm watches. */
export async function handler({ time }: { readonly time: string }): Promise<void> {
  const region = environment('AWS_REGION');
  const ways = waysOf({
    apiUrl: environment('API_URL'),
    region,
    credentials: {
      accessKeyId: environment('AWS_ACCESS_KEY_ID'),
      secretAccessKey: environment('AWS_SECRET_ACCESS_KEY'),
      sessionToken: process.env.AWS_SESSION_TOKEN,
    },
    topic: environment('TOPIC'),
    stream: environment('STREAM'),
    lake: environment('LAKE'),
    flushSize: Number(environment('FLUSH_SIZE')),
    memory: { bucket: environment('MEMORY'), key: 'canary/pending.json' },
    endpoints: { kinesis: process.env.AWS_ENDPOINT_URL_KINESIS, s3: process.env.AWS_ENDPOINT_URL_S3 },
  });
  const minute = Math.floor(Date.parse(time) / 60_000);
  const faults = await sing(minute, ways, {
    name: environment('ENVIRONMENT'),
    rotateMinutes: Number(environment('ROTATE_MINUTES')),
    streamKey: process.env.STREAM_KEY,
  });
  if (faults.length > 0) throw new Error(faults.join('; '));
}

function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; the stack sets it`);
  return value;
}

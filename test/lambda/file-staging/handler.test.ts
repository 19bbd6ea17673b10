import { createHash, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handler } from '../../../lambda/file-staging/handler';
import { bundle, invoke } from '../bundle';

/** As much of S3 as staging uses, and as strict: it stores no body whose SHA-256 is not the one signed for. */
interface Store {
  readonly objects: Map<string, { body: Buffer; digest: string }>;
  readonly requests: string[];
  readonly url: string;
  failNextWith?: number;
}

const servers: Server[] = [];
const PLUGIN = randomBytes(3_000_000);
const DIGEST = createHash('sha256').update(PLUGIN).digest('hex');

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function givenStore(): Promise<Store> {
  const store: { -readonly [K in keyof Store]: Store[K] } = { objects: new Map(), requests: [], url: '' };
  store.url = await listen(
    createServer(async (request, response) => {
      store.requests.push(`${request.method} ${request.url}`);
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const key = request.url!;
      const answer = (status: number, text = '', headers = {}) => response.writeHead(status, headers).end(text);
      if (!/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\//.test(request.headers.authorization ?? ''))
        return answer(403, 'AccessDenied');
      if (store.failNextWith) {
        const status = store.failNextWith;
        store.failNextWith = undefined;
        return answer(status, '<Code>SlowDown</Code>');
      }
      const object = store.objects.get(key);
      if (request.method === 'HEAD')
        return object ? answer(200, '', { 'x-amz-meta-sha256': object.digest }) : answer(404);
      if (request.method === 'DELETE') {
        store.objects.delete(key);
        return answer(204);
      }
      if (createHash('sha256').update(body).digest('hex') !== request.headers['x-amz-content-sha256']) {
        return answer(400, '<Code>XAmzContentSHA256Mismatch</Code>');
      }
      store.objects.set(key, { body, digest: String(request.headers['x-amz-meta-sha256']) });
      return answer(200);
    }),
  );
  process.env.AWS_ENDPOINT_URL_S3 = store.url;
  return store;
}

/** A download site; `gets` counts how often it was asked. */
async function givenSite(respond: { status?: number; withLength?: boolean } = {}) {
  const site = { gets: 0, url: '' };
  site.url = await listen(
    createServer((_request, response) => {
      site.gets += 1;
      const headers = respond.withLength === false ? {} : { 'content-length': PLUGIN.length };
      response.writeHead(respond.status ?? 200, headers).end(PLUGIN);
    }),
  );
  return site;
}

function event(
  RequestType: 'Create' | 'Update' | 'Delete',
  url: string,
  change: object = {},
  PhysicalResourceId?: string,
) {
  return {
    RequestType,
    PhysicalResourceId,
    ResourceProperties: { bucket: 'artefacts', key: 'plugins/s3-sink-1.zip', url, sha256: DIGEST, ...change },
  };
}

beforeAll(() => {
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
  jest.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

test('create brings the file into the bucket, byte for byte, under its key', async () => {
  const [store, site] = [await givenStore(), await givenSite()];
  expect(await handler(event('Create', site.url))).toEqual({ PhysicalResourceId: 'plugins/s3-sink-1.zip' });
  expect([...store.objects.keys()]).toEqual(['/artefacts/plugins/s3-sink-1.zip']);
  expect(store.objects.get('/artefacts/plugins/s3-sink-1.zip')!.body.equals(PLUGIN)).toBe(true);
});

test('a retried create finds the file there and downloads nothing', async () => {
  const [, site] = [await givenStore(), await givenSite()];
  await handler(event('Create', site.url));
  await handler(event('Create', site.url));
  expect(site.gets).toBe(1);
});

test('a file with another digest is named as such and never appears', async () => {
  const [store, site] = [await givenStore(), await givenSite()];
  const wrong = 'a'.repeat(64);
  await expect(handler(event('Create', site.url, { sha256: wrong }))).rejects.toThrow(
    `${site.url} has SHA-256 ${DIGEST}, but the lock file pins ${wrong}; nothing was stored`,
  );
  expect(store.objects.size).toBe(0);
});

test.each(['', 'null', 'A'.repeat(64)])('without a pinned digest (%j) nothing is downloaded', async (sha256) => {
  const [store, site] = [await givenStore(), await givenSite()];
  await expect(handler(event('Create', site.url, { sha256 }))).rejects.toThrow('run npm run pin-artefacts');
  expect([site.gets, store.requests]).toEqual([0, []]);
});

test('a site that answers with an error fails the deployment, with its status', async () => {
  const [store, site] = [await givenStore(), await givenSite({ status: 404 })];
  await expect(handler(event('Create', site.url))).rejects.toThrow(`GET ${site.url} answered 404`);
  expect(store.objects.size).toBe(0);
});

test('a site that does not tell the length is refused', async () => {
  const [, site] = [await givenStore(), await givenSite({ withLength: false })];
  await expect(handler(event('Create', site.url))).rejects.toThrow('answered without a content-length');
});

test('an error of S3 fails the deployment, with its status and text', async () => {
  const [store, site] = [await givenStore(), await givenSite()];
  store.failNextWith = 503;
  await expect(handler(event('Create', site.url))).rejects.toThrow('S3 answered 503 to HEAD plugins/s3-sink-1.zip');
});

test('an update to another version makes another resource and leaves the old file for its delete', async () => {
  const [store, site] = [await givenStore(), await givenSite()];
  await handler(event('Create', site.url));
  const updated = await handler(event('Update', site.url, { key: 'plugins/s3-sink-2.zip' }, 'plugins/s3-sink-1.zip'));
  expect(updated).toEqual({ PhysicalResourceId: 'plugins/s3-sink-2.zip' });
  expect(store.objects.size).toBe(2);
  await handler(event('Delete', site.url, {}, 'plugins/s3-sink-1.zip'));
  expect([...store.objects.keys()]).toEqual(['/artefacts/plugins/s3-sink-2.zip']);
});

test('deleting what is not there succeeds', async () => {
  const [, site] = [await givenStore(), await givenSite()];
  expect(await handler(event('Delete', site.url, {}, 'plugins/gone.zip'))).toEqual({
    PhysicalResourceId: 'plugins/gone.zip',
  });
});

test('the bundle, run as deployed, stages the file', async () => {
  const [store, site] = [await givenStore(), await givenSite()];
  const folder = bundle('file-staging');
  const result = await invoke(folder, event('Create', site.url), { AWS_ENDPOINT_URL_S3: store.url });
  expect(result).toEqual({ PhysicalResourceId: 'plugins/s3-sink-1.zip' });
  expect(store.objects.get('/artefacts/plugins/s3-sink-1.zip')!.body.equals(PLUGIN)).toBe(true);
  rmSync(folder, { recursive: true });
});

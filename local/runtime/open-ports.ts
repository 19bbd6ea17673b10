import type { Gateway } from '../gateway';
import type { kafkaRest } from '../kafka-rest';
import { type Kinesis, listenKinesis } from '../kinesis';
import { listenS3, S3 } from '../s3';
import type { serving } from '../serving';
import type { Run } from '../serving/contract';
import { type Listening, listen } from '../wire/listener';
import type { Disk } from './disk';
import type { LocalEnvironment } from './environment';
import type { Watch } from './observe/watch';
import type { RuntimeOptions } from './runtime';
import type { SenderMistakes } from './sender-mistakes';

export interface Answering {
  readonly gateway: Pick<Gateway, 'stage' | 'handle'>;
  readonly serve: ReturnType<typeof serving>;
  readonly kinesis: Kinesis;
  readonly proxy: ReturnType<typeof kafkaRest>;
  readonly mistakes: SenderMistakes;
  readonly disk: Disk;
}

/**
 * Opens the ports of the API and the views, of Kinesis, of the REST proxy and of S3, in a row.
 *
 * @param closers gets what closes each of them, as soon as it is open
 */
export async function openPorts(
  options: RuntimeOptions,
  { gateway, serve, kinesis, proxy, mistakes, disk }: Answering,
  closers: (() => unknown)[],
): Promise<{ readonly [Each in keyof Run['addresses']]: string }> {
  const { port, environment, folder } = options;
  const api = await listenApi(port, gateway, serve, environment, mistakes);
  closers.push(() => api.close());
  const following = (by: number) => (port === 0 ? 0 : port + by);
  const kinesisPort = await listenKinesis(kinesis, { port: following(1) });
  closers.push(() => kinesisPort.close());
  const proxyPort = await listen({
    port: following(2),
    purpose: 'the Kafka REST proxy',
    handle: (request) => proxy.handle(request),
  });
  closers.push(() => proxyPort.close());
  const s3Port = await listenS3(await openS3(options, disk), { port: following(3) });
  closers.push(() => s3Port.close());
  const root = `http://127.0.0.1:${api.port}/`;
  return {
    api: `${root}${gateway.stage}/`,
    views: root,
    kinesis: `http://127.0.0.1:${kinesisPort.port}`,
    kafkaRest: `http://127.0.0.1:${proxyPort.port}`,
    s3: `http://127.0.0.1:${s3Port.port}`,
    files: folder.bucket,
  };
}

function openS3({ environment, folder, fsync, tell }: RuntimeOptions, disk: Disk): Promise<S3> {
  const { bucket, userId } = environment;
  return S3.open({
    name: bucket,
    sinkFolder: folder.bucket,
    ownFolder: folder.ownObjects,
    ownPrefix: `${userId}/`,
    fsync,
    onError: (error) => {
      disk.met(error);
      tell(`S3: ${error.message}`);
    },
    onOtherBucket: () => tell(`S3: a client asked for a bucket that is not here; this environment's is ${bucket}`),
  });
}

function listenApi(
  port: number,
  gateway: Pick<Gateway, 'stage' | 'handle'>,
  serve: ReturnType<typeof serving>,
  { corsOrigins }: LocalEnvironment,
  mistakes: SenderMistakes,
): Promise<Listening> {
  const stage = `/${gateway.stage}`;
  const isOfStage = (path: string) => path === stage || path.startsWith(`${stage}/`);
  return listen({
    port,
    purpose: 'the API',
    // The setting is the API's: it opens nothing of the runtime's own.
    allowedOrigins: (path) => (isOfStage(path) ? corsOrigins : []),
    handle: async (request) => {
      if (isOfStage(request.path)) return gateway.handle(request);
      return mistakes.isOtherStage(request.path) ? mistakes.otherStage(request.path) : serve(request);
    },
  });
}

/** The gateway, with the watch told of each request that begins. */
export function observed(gateway: Gateway, watch: Watch): Pick<Gateway, 'stage' | 'handle'> {
  return {
    stage: gateway.stage,
    handle: (request) => {
      watch.began();
      return gateway.handle(request);
    },
  };
}

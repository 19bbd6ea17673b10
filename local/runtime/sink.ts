import { type ClosedFile, S3Sink } from '../s3-sink';
import type { TopicStore } from '../topics';
import type { Notices } from './layers';
import type { StoresOptions } from './stores';

/** The S3 sink of an environment's connector, which says in `/health` when it waits or has stopped. */
export function openSink(
  { environment, folder, fsync, tell }: StoresOptions,
  log: TopicStore,
  { health, disk }: Notices,
  onClosed: (file: ClosedFile) => void,
): Promise<S3Sink> {
  return S3Sink.open({
    log,
    folder: folder.bucket,
    config: environment.connector,
    group: `connect-${environment.names.connector}`,
    fsync,
    onClosed,
    onWaiting: (error) => {
      if (error === undefined) return health.clear('sink-waits');
      disk.met(error);
      tell(`S3 sink waits: ${error.message}`);
      health.raise('sink-waits', {
        level: 'waiting',
        what: `The S3 sink waits, so nothing more comes into the batch layer: ${error.message}.`,
        remedy:
          'Mend the cause; it tries again every second and goes on by itself. No record is lost, they wait in the topics.',
      });
    },
    onFailure: (error) => {
      tell(`S3 sink stopped: ${error.message}`);
      health.raise('sink-stopped', {
        what: `The S3 sink has stopped, so nothing more comes into the batch layer: ${error.message}.`,
        remedy: 'Mend the cause and start the runtime again; no record is lost, they wait in the topics.',
      });
    },
  });
}

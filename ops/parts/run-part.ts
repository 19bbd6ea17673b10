import { runCommand } from '@pipeline/cli/command';
import { signalGroup } from '@pipeline/cli/process-group';
import { PARTS } from './parts';

/** `tsx ops/parts/run-part.ts <part>`: runs one part and sends its verdict to the process that started it. */
runCommand(async () => {
  // Without the process that waits for the verdict, nothing would ever end a part that hangs.
  const endAll = () => signalGroup(process.pid, 'SIGKILL');
  process.once('disconnect', endAll);
  const verdict = await PARTS[process.argv[2]!]!.run();
  await new Promise((sent) => process.send!(verdict, sent));
  process.off('disconnect', endAll);
  process.disconnect();
  return 0;
});

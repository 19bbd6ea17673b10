import { setTimeout as pause } from 'node:timers/promises';
import type { Live, Snapshot } from '../../serving/contract';
import { EventHub } from './event-hub';

test('an event that a number is about to join waits until it is there', async () => {
  let held = false;
  let records = 1;
  // Only what changes matters here.
  const snapshot = () =>
    ({ nowMs: 0, live: { ends: { pin: [records] } } as unknown as Live, series: {} }) as unknown as Snapshot;
  const hub = new EventHub(snapshot, () => held);
  const stream = hub.open();
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  try {
    await pause(50);
    expect(text).toContain('event: snapshot');
    held = true;
    records = 2;
    hub.changed();
    await pause(400);
    expect(text).not.toContain('event: change');
    held = false;
    hub.changed();
    for (let tries = 0; tries < 100 && !text.includes('event: change'); tries += 1) await pause(20);
    expect(text).toContain('"ends":{"pin":[2]}');
  } finally {
    hub.stop();
    stream.destroy();
  }
});

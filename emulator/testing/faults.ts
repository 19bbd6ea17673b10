import { answer, type Behaviour, type Call, stored200 } from './pipeline-server';

/** What can go wrong with one request, as networks, gateways and brokers do it. */
export const FAULTS = [
  'reset before storing',
  'reset after storing',
  'no answer',
  'no answer after storing',
  '429',
  '500',
  'some records fail',
  'answer cut short',
  'connection lost in mid-answer',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Each of these takes the sender's whole time limit, so that there are but so many. */
const SILENT: readonly Fault[] = ['no answer', 'no answer after storing'];
const MOST_SILENT = 6;

/** Injects a fault into `share` of all requests, and counts what it did in `injected`. */
export function faulty(share: number, random: () => number, injected: Map<Fault, number>): Behaviour {
  return (call, response, store) => {
    if (random() >= share) return false;
    const left = FAULTS.filter((each) => !SILENT.includes(each) || (injected.get(each) ?? 0) < MOST_SILENT);
    const fault = left[Math.floor(random() * left.length)]!;
    injected.set(fault, (injected.get(fault) ?? 0) + 1);
    const text = JSON.stringify(stored200(call));
    switch (fault) {
      case 'reset before storing':
        response.socket!.resetAndDestroy();
        return true;
      case 'reset after storing':
        store();
        response.socket!.resetAndDestroy();
        return true;
      case 'no answer':
        return true;
      case 'no answer after storing':
        store();
        return true;
      case '429':
        answer(response, 429, { message: 'Too Many Requests' }, { 'retry-after': '0' });
        return true;
      case '500':
        answer(response, 500, { message: 'Internal server error' });
        return true;
      case 'some records fail':
        return failSome(call, random, (body) => answer(response, 200, body));
      case 'answer cut short':
        store();
        answer(response, 200, text.slice(0, text.length / 2));
        return true;
      case 'connection lost in mid-answer':
        store();
        response.writeHead(200, { 'content-length': String(Buffer.byteLength(text)) });
        response.write(text.slice(0, text.length / 2), () => response.destroy());
        return true;
    }
  };

  function failSome(call: Call, draw: () => number, send: (body: unknown) => void): boolean {
    const fails = call.arrivals.map(() => draw() < 0.5);
    call.keep(call.arrivals.filter((_, i) => !fails[i]));
    const usual = stored200(call) as { offsets?: object[]; Records?: object[] };
    if (usual.offsets !== undefined) {
      const failed = { partition: null, offset: null, error_code: 50003, error: 'Leader not available' };
      send({ offsets: usual.offsets.map((entry, i) => (fails[i] ? failed : entry)) });
    } else {
      const failed = { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal Service Failure' };
      send({ FailedRecordCount: 1, Records: usual.Records!.map((entry, i) => (fails[i] ? failed : entry)) });
    }
    return true;
  }
}

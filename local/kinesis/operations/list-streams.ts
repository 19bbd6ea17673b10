import { summarizeStream } from '../describe';
import { REQUEST_LIMITS, STREAM_DEFAULTS } from '../limits';
import { OPTIONAL_NAME, operation } from '../operation';

/** ListStreams, sorted by name. A NextToken is the name of the last stream listed, in base64. */
export const listStreams = operation(
  {
    Limit: { type: 'Integer', min: 1, max: REQUEST_LIMITS.listedStreams },
    ExclusiveStartStreamName: OPTIONAL_NAME,
    NextToken: { type: 'String', minLength: 1, maxLength: REQUEST_LIMITS.nextTokenLength },
  },
  ({ streams, throttle }, { Limit = STREAM_DEFAULTS.listedStreams, ExclusiveStartStreamName, NextToken }) => {
    throttle.call('ListStreams');
    const after =
      NextToken === undefined ? (ExclusiveStartStreamName ?? '') : Buffer.from(NextToken, 'base64').toString();
    const following = streams.all().filter(({ name }) => name > after);
    const listed = following.slice(0, Limit);
    const hasMore = following.length > listed.length;
    return {
      StreamNames: listed.map(({ name }) => name),
      HasMoreStreams: hasMore,
      StreamSummaries: listed.map((stream) => summarizeStream(stream, streams.status(stream))),
      ...(hasMore ? { NextToken: Buffer.from(listed.at(-1)!.name).toString('base64') } : {}),
    };
  },
);

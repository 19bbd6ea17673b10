import { REQUEST_LIMITS } from '../limits';
import { operation, STREAM } from '../operation';

/** ListTagsForStream, sorted by key. */
export const listTagsForStream = operation(
  {
    Limit: { type: 'Integer', min: 1, max: REQUEST_LIMITS.tagsPerStream },
    ExclusiveStartTagKey: { type: 'String', minLength: 1, maxLength: REQUEST_LIMITS.tagKeyLength },
    ...STREAM,
  },
  ({ streams, throttle }, input) => {
    const stream = streams.get(input);
    throttle.call('ListTagsForStream', stream.name);
    const { ExclusiveStartTagKey: after = '', Limit = REQUEST_LIMITS.tagsPerStream } = input;
    const keys = Object.keys(stream.tags).filter((key) => key > after);
    const listed = keys.sort().slice(0, Limit);
    return {
      Tags: listed.map((key) => ({ Key: key, Value: stream.tags[key] })),
      HasMoreTags: keys.length > listed.length,
    };
  },
);

import { REQUEST_LIMITS } from '../limits';
import { operation, STREAM } from '../operation';
import { checkTagCharacters } from '../tags';

/** RemoveTagsFromStream. Ignores keys that the stream does not have. */
export const removeTagsFromStream = operation(
  {
    TagKeys: {
      type: 'List',
      required: true,
      minLength: 1,
      maxLength: REQUEST_LIMITS.tagsPerStream,
      eachLength: [1, REQUEST_LIMITS.tagKeyLength],
      of: { type: 'String' },
    },
    ...STREAM,
  },
  async ({ streams, throttle }, input) => {
    const stream = streams.get(input);
    throttle.call('RemoveTagsFromStream', stream.name);
    checkTagCharacters(input.TagKeys);
    const kept = Object.entries(stream.tags).filter(([key]) => !input.TagKeys.includes(key));
    await streams.change(stream, { tags: Object.fromEntries(kept) });
    return undefined;
  },
);

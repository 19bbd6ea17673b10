import { invalidArgument } from '../errors';
import { REQUEST_LIMITS } from '../limits';
import { operation, STREAM, TAGS } from '../operation';
import { checkTagCharacters } from '../tags';

/** AddTagsToStream: adds tags and replaces those of the same keys. */
export const addTagsToStream = operation(
  { Tags: { ...TAGS, required: true }, ...STREAM },
  async ({ streams, throttle, accountId }, input) => {
    const stream = streams.get(input);
    throttle.call('AddTagsToStream', stream.name);
    checkTagCharacters(Object.entries(input.Tags).flat());
    const tags = { ...stream.tags, ...input.Tags };
    if (Object.keys(tags).length > REQUEST_LIMITS.tagsPerStream) {
      throw invalidArgument(
        `Failed to add tags to stream ${stream.name} under account ${accountId} ` +
          `because a given stream cannot have more than ${REQUEST_LIMITS.tagsPerStream} tags associated with it.`,
      );
    }
    await streams.change(stream, { tags });
    return undefined;
  },
);

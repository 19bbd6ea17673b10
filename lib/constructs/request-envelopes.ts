import { type JsonSchema, JsonSchemaType, JsonSchemaVersion } from 'aws-cdk-lib/aws-apigateway';

/**
 * The API's schemas of a request's envelope. The rows in it may be any JSON value: a dirty row belongs in
 * quarantine, where it is seen, not in a 400 that fails a batch of 500.
 */
const partitionKey: JsonSchema = { type: JsonSchemaType.STRING, minLength: 1, maxLength: 256 };
/** Accepted because the exercise sends it, and ignored: the path names the stream. */
const streamName: JsonSchema = { type: JsonSchemaType.STRING };

export const PUT_RECORD: JsonSchema = {
  schema: JsonSchemaVersion.DRAFT4,
  title: 'PutRecord',
  type: JsonSchemaType.OBJECT,
  required: ['Data', 'PartitionKey'],
  properties: { StreamName: streamName, Data: {}, PartitionKey: partitionKey },
  additionalProperties: false,
};

export const PUT_RECORDS: JsonSchema = {
  schema: JsonSchemaVersion.DRAFT4,
  title: 'PutRecords',
  type: JsonSchemaType.OBJECT,
  required: ['records'],
  properties: {
    StreamName: streamName,
    records: {
      type: JsonSchemaType.ARRAY,
      minItems: 1,
      maxItems: 500,
      items: {
        type: JsonSchemaType.OBJECT,
        required: ['data', 'partition-key'],
        properties: { data: {}, 'partition-key': partitionKey },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};

export const CREATE_STREAM: JsonSchema = {
  schema: JsonSchemaVersion.DRAFT4,
  title: 'CreateStream',
  type: JsonSchemaType.OBJECT,
  properties: {
    StreamName: streamName,
    ShardCount: { type: JsonSchemaType.INTEGER, minimum: 1, maximum: 500 },
  },
  additionalProperties: false,
};

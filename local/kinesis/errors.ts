/** An answer that Kinesis gives instead of a result. `message` is AWS's text. */
export class KinesisError extends Error {
  /** The `__type` of the answer, e.g. `ResourceNotFoundException`. */
  readonly type: string;
  readonly status: 400 | 500;
  /** The answer's fields as they go on the wire. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(type: string, message?: string, { status = 400, messageField = 'message' }: ErrorForm = {}) {
    super(message ?? type);
    this.name = type;
    this.type = type;
    this.status = status;
    this.fields = message === undefined ? { __type: type } : { __type: type, [messageField]: message };
  }
}

interface ErrorForm {
  readonly status?: 400 | 500;
  readonly messageField?: 'message' | 'Message';
}

/** The body breaks the protocol: a wrong type, a list in place of a text, bad base64. AWS writes `Message` with a capital here. */
export const serializationError = (message?: string) =>
  new KinesisError('SerializationException', message, { messageField: 'Message' });

export const validationError = (message: string) => new KinesisError('ValidationException', message);

export const invalidArgument = (message: string) => new KinesisError('InvalidArgumentException', message);

export const resourceNotFound = (message: string) => new KinesisError('ResourceNotFoundException', message);

export const resourceInUse = (message: string) => new KinesisError('ResourceInUseException', message);

export const limitExceeded = (message: string) => new KinesisError('LimitExceededException', message);

export const throughputExceeded = (message: string) =>
  new KinesisError('ProvisionedThroughputExceededException', message);

export const unknownOperation = (message?: string) => new KinesisError('UnknownOperationException', message);

/** @param message a reason that the person who runs this endpoint can remove, such as a full disk. AWS sends no message. */
export const internalFailure = (message?: string) => new KinesisError('InternalFailure', message, { status: 500 });

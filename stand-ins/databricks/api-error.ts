/** What the workspace answers when it refuses a call: a status and Databricks' usual error body. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  get body(): { error_code: string; message: string } {
    return { error_code: this.code, message: this.message };
  }
}

/** 400: a value that is there but wrong. Also what Databricks says of a job or run that does not exist. */
export const invalidParameter = (message: string) => new ApiError(400, 'INVALID_PARAMETER_VALUE', message);

/** 400: a body that is not what the operation takes (unknown field, missing field, wrong type). */
export const malformedRequest = (message: string) => new ApiError(400, 'MALFORMED_REQUEST', message);

export const doesNotExist = (message: string) => new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', message);

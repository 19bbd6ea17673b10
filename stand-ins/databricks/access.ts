import { randomUUID } from 'node:crypto';
import { ApiError } from './api-error';

export interface Credentials {
  /** Personal access token that is accepted. */
  readonly token: string;
  /** Service principal that is accepted for OAuth machine-to-machine. */
  readonly clientId: string;
  readonly clientSecret: string;
}

const HOUR_SECONDS = 3600;

/** Who may call: a personal access token, or an OAuth token issued less than an hour ago. */
export class Access {
  private readonly issued = new Map<string, number>();

  constructor(
    private readonly credentials: Credentials,
    private readonly now: () => number,
  ) {}

  /** @throws ApiError 401 without a bearer token, 403 with one that is unknown or has expired. */
  check(authorization: string | undefined): void {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    if (token === undefined)
      throw new ApiError(401, '401', 'Credential was not sent or was of an unsupported type for this API.');
    if (token === this.credentials.token) return;
    const expires = this.issued.get(token);
    if (expires === undefined || expires <= this.now()) throw new ApiError(403, '403', 'Invalid access token.');
  }

  /** The token endpoint of OAuth machine-to-machine: HTTP Basic and a form. Its errors have OAuth's shape, not Databricks'. */
  issue(authorization: string | undefined, form: URLSearchParams): { status: number; body: object } {
    const basic = /^Basic (.+)$/.exec(authorization ?? '')?.[1] ?? '';
    const expected = `${this.credentials.clientId}:${this.credentials.clientSecret}`;
    if (Buffer.from(basic, 'base64').toString() !== expected) {
      return { status: 401, body: { error: 'invalid_client', error_description: 'Client authentication failed' } };
    }
    if (form.get('grant_type') !== 'client_credentials') {
      return {
        status: 400,
        body: { error: 'unsupported_grant_type', error_description: 'grant_type must be client_credentials' },
      };
    }
    if (form.get('scope') !== 'all-apis') {
      return { status: 400, body: { error: 'invalid_scope', error_description: 'scope must be all-apis' } };
    }
    const token = `oauth-${randomUUID()}`;
    this.issued.set(token, this.now() + HOUR_SECONDS * 1000);
    return {
      status: 200,
      body: { access_token: token, token_type: 'Bearer', expires_in: HOUR_SECONDS, scope: 'all-apis' },
    };
  }
}

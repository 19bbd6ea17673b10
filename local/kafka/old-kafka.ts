/** The oldest version of the Metadata call that the client sends well: to an older Kafka it sends one that makes Kafka close the connection. */
const LEAST_METADATA = 12;

/** @throws Error with the client's own code for a call that a Kafka does not know, when the Kafka that knows these calls is too old */
export function refuseOld(apis: readonly { readonly name: string; readonly maxVersion: number }[]): void {
  const known = apis.find(({ name }) => name === 'Metadata')?.maxVersion ?? 0;
  if (known >= LEAST_METADATA) return;
  const told = `Metadata is known up to version ${known}, and ${LEAST_METADATA} is needed`;
  throw Object.assign(new Error(told), { code: 'PLT_KFK_UNSUPPORTED_API' });
}

/** A member of a request: its type, which the first phase of validation checks, and its constraints, for the second. */
export type Shape =
  | StringShape
  | (Presence & { readonly type: 'Blob'; readonly maxLength?: number })
  | (Presence & { readonly type: 'Integer'; readonly min?: number; readonly max?: number })
  | (Presence & { readonly type: 'Boolean' })
  | (Presence & { readonly type: 'Timestamp' })
  | ListShape
  | MapShape
  | StructureShape;

export type Members = Readonly<Record<string, Shape>>;

interface Presence {
  readonly required?: true;
  /** Name of another member: when the request has it, this member may be left out. */
  readonly unless?: string;
}

export interface StringShape extends Presence {
  readonly type: 'String';
  /** Regular expression for the whole text. */
  readonly pattern?: string;
  readonly oneOf?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
}

export interface ListShape extends Presence {
  readonly type: 'List';
  readonly of: Shape;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Bounds for the length of each text in the list. A broken bound is reported for the whole list. */
  readonly eachLength?: readonly [min: number, max: number];
  /** How AWS prints an element in the message about a list of wrong length. */
  readonly printAs?: string;
}

/** From text to text. */
export interface MapShape extends Presence {
  readonly type: 'Map';
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly keyLength: readonly [min: number, max: number];
  readonly valueLength: readonly [min: number, max: number];
}

export interface StructureShape extends Presence {
  readonly type: 'Structure';
  readonly members: Members;
}

type Value<S extends Shape> = S extends { type: 'String' }
  ? string
  : S extends { type: 'Blob' }
    ? Buffer
    : S extends { type: 'Integer' | 'Timestamp' }
      ? number
      : S extends { type: 'Boolean' }
        ? boolean
        : S extends { type: 'List'; of: infer Element extends Shape }
          ? readonly Value<Element>[]
          : S extends { type: 'Map' }
            ? Readonly<Record<string, string>>
            : S extends { type: 'Structure'; members: infer M extends Members }
              ? Input<M>
              : never;

type RequiredName<M extends Members> = {
  [Name in keyof M]: M[Name] extends { required: true } ? Name : never;
}[keyof M];

/** A request that has passed validation: blobs as buffers, timestamps in milliseconds. */
export type Input<M extends Members> = { readonly [Name in RequiredName<M>]: Value<M[Name]> } & {
  readonly [Name in Exclude<keyof M, RequiredName<M>>]?: Value<M[Name]>;
};

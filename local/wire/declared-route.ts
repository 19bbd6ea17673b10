/** A mapping template as the CloudFormation template declares it. */
export interface DeclaredTemplate {
  readonly contentType: string;
  readonly source: string;
}

/** One method of an API as the templates declare it, for people to read. */
export interface DeclaredRoute {
  readonly verb: string;
  /** In template form, such as `/streams/{stream-name}`. */
  readonly path: string;
  readonly integration: string;
  readonly authorization: 'NONE' | 'AWS_IAM';
  readonly logicalId: string;
  readonly checksBody: boolean;
  readonly checksParameters: boolean;
  readonly requiredParameters: readonly string[];
  /** JSON Schema by content type. */
  readonly models: readonly { readonly contentType: string; readonly name: string; readonly schema: unknown }[];
  /** `PassthroughBehavior`: what happens to a body when no template fits its type. */
  readonly passthrough: string;
  readonly requestTemplates: readonly DeclaredTemplate[];
  readonly responses: readonly {
    readonly status: string;
    /** Regular expression over the backend's status; null for the default response. */
    readonly pattern: string | null;
    readonly templates: readonly DeclaredTemplate[];
  }[];
}

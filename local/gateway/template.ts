/** The parts of a CloudFormation template that the gateway reads. */
export interface CloudFormationTemplate {
  readonly Resources: Readonly<Record<string, CloudFormationResource>>;
  readonly [section: string]: unknown;
}

export interface CloudFormationResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A resource with its stack and logical id. The intrinsic functions of a property are resolved when the property is read. */
export class Resource {
  constructor(
    private readonly templates: Readonly<Record<string, CloudFormationTemplate>>,
    readonly stack: string,
    readonly logicalId: string,
  ) {}

  /** The property's value; undefined if it is not there. */
  property(name: string): unknown {
    const value = this.templates[this.stack]?.Resources[this.logicalId]?.Properties?.[name];
    return value === undefined ? undefined : new Resolution(this.templates, this.stack, this.logicalId).value(value);
  }

  text(name: string): string | undefined {
    const value = this.property(name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.error(`${name} must be text, got ${JSON.stringify(value)}`);
  }

  error(what: string, options?: ErrorOptions): ApiDefinitionError {
    return new ApiDefinitionError(this, what, options);
  }
}

/** The laptop cannot serve a part of the templates. Thrown at load; the message names the stack and the logical id. */
export class ApiDefinitionError extends Error {
  override readonly name = 'ApiDefinitionError';

  constructor(resource: { readonly stack: string; readonly logicalId: string }, what: string, options?: ErrorOptions) {
    super(`${resource.stack}/${resource.logicalId}: ${what}`, options);
  }
}

export type Properties = Readonly<Record<string, unknown>>;

export const isProperties = (value: unknown): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The laptop's values of CloudFormation's pseudo parameters, such as `AWS::Region`. */
const PSEUDO_PARAMETERS: Properties = {
  'AWS::AccountId': '000000000000',
  'AWS::NoValue': undefined,
  'AWS::NotificationARNs': [],
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** For each resource type, the property that becomes the physical name. */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::Model': 'Name',
  'AWS::ApiGateway::Stage': 'StageName',
  'AWS::Kinesis::Stream': 'Name',
};

/**
 * The templates of one assembly. An intrinsic function gives CloudFormation's value where it is known before a deployment. Otherwise it
 * gives a symbol such as `KafkaLoadBalancer.DNSName`, which is valid in a host name and easy to recognize elsewhere.
 */
export class Stacks {
  constructor(private readonly templates: Readonly<Record<string, CloudFormationTemplate>>) {}

  /** All resources of a type, in the order of the templates. */
  ofType(type: string): Resource[] {
    return Object.entries(this.templates).flatMap(([stack, template]) =>
      Object.entries(template.Resources ?? {})
        .filter(([, resource]) => resource.Type === type)
        .map(([logicalId]) => new Resource(this.templates, stack, logicalId)),
    );
  }
}

/** Resolves the values of one resource. */
class Resolution {
  /** Outputs and parameters that are being resolved, to notice a circle. */
  private readonly pending: string[] = [];

  constructor(
    private readonly templates: Readonly<Record<string, CloudFormationTemplate>>,
    private stack: string,
    private readonly logicalId: string,
  ) {}

  value(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.value(item)).filter((item) => item !== undefined);
    if (!isProperties(value)) return value;
    const [name, ...others] = Object.keys(value);
    if (name !== undefined && others.length === 0 && (name === 'Ref' || name.startsWith('Fn::')))
      return this.intrinsic(name, value[name]);
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, this.value(held)]));
  }

  private intrinsic(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref':
        return this.ref(this.text(name, argument));
      case 'Fn::GetAtt':
        return this.attribute(argument);
      case 'Fn::Join': {
        const [separator, parts] = this.list(name, argument);
        return this.list(name, parts)
          .map((part) => this.text(name, part))
          .join(this.text(name, separator));
      }
      case 'Fn::Sub':
        return this.substitute(argument);
      case 'Fn::Select': {
        const [index, list] = this.list(name, argument);
        const selected = this.list(name, list)[Number(index)];
        if (selected === undefined) throw this.error(`Fn::Select finds no item ${index}`);
        return selected;
      }
      case 'Fn::Split': {
        const [separator, text] = this.list(name, argument);
        return this.text(name, text).split(this.text(name, separator));
      }
      case 'Fn::ImportValue':
        return this.imported(this.text(name, argument));
      case 'Fn::GetStackOutput':
        return this.stackOutput(argument);
      default:
        throw this.error(`${name} is not supported`);
    }
  }

  private ref(name: string): unknown {
    if (name === 'AWS::StackName') return this.stack;
    if (name === 'AWS::StackId') return `arn:aws:cloudformation:us-east-1:000000000000:stack/${this.stack}/0`;
    if (Object.hasOwn(PSEUDO_PARAMETERS, name)) return PSEUDO_PARAMETERS[name];
    const template = this.templates[this.stack];
    const resource = template?.Resources[name];
    if (resource) {
      const nameProperty = NAME_PROPERTIES[resource.Type];
      const given = nameProperty ? resource.Properties?.[nameProperty] : undefined;
      return given === undefined ? name : this.value(given);
    }
    const parameters = template?.Parameters;
    const parameter = isProperties(parameters) ? parameters[name] : undefined;
    if (!isProperties(parameter)) throw this.error(`refers to ${name}, which stack ${this.stack} does not have`);
    if (parameter.Default === undefined) throw this.error(`parameter ${name} of stack ${this.stack} has no default`);
    return parameter.Default;
  }

  private attribute(argument: unknown): string {
    const [owner, ...path] = typeof argument === 'string' ? argument.split('.') : this.list('Fn::GetAtt', argument);
    const logicalId = this.text('Fn::GetAtt', owner);
    if (!this.templates[this.stack]?.Resources[logicalId])
      throw this.error(`refers to ${logicalId}, which stack ${this.stack} does not have`);
    return [logicalId, ...path.map((part) => this.text('Fn::GetAtt', part))].join('.');
  }

  private substitute(argument: unknown): string {
    const [template, variables] = typeof argument === 'string' ? [argument, {}] : this.list('Fn::Sub', argument);
    const given = isProperties(variables) ? variables : {};
    return this.text('Fn::Sub', template).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(given, name)) return this.text('Fn::Sub', given[name]);
      return this.text('Fn::Sub', name.includes('.') ? this.attribute(name) : this.ref(name));
    });
  }

  private imported(exportName: string): unknown {
    for (const [stack, template] of Object.entries(this.templates))
      for (const output of Object.values(isProperties(template.Outputs) ? template.Outputs : {})) {
        const exported = isProperties(output) && isProperties(output.Export) ? output.Export.Name : undefined;
        if (
          exported !== undefined &&
          this.within(stack, `export ${exportName}`, () => this.value(exported)) === exportName
        )
          return this.within(stack, `export ${exportName}`, () => this.value((output as Properties).Value));
      }
    throw this.error(`imports ${exportName}, which none of the given stacks exports`);
  }

  /** What CDK writes for references between stacks under its recommended flags. A stack that was not given leaves a symbol. */
  private stackOutput(argument: unknown): unknown {
    const { StackName, OutputName } = isProperties(argument) ? argument : {};
    const stack = this.text('Fn::GetStackOutput', StackName);
    const name = this.text('Fn::GetStackOutput', OutputName);
    const outputs = this.templates[stack]?.Outputs;
    const output = isProperties(outputs) ? outputs[name] : undefined;
    if (!this.templates[stack]) return `${stack}.${name}`;
    if (!isProperties(output)) throw this.error(`refers to output ${name}, which stack ${stack} does not have`);
    return this.within(stack, `output ${name} of ${stack}`, () => this.value(output.Value));
  }

  private within<Result>(stack: string, what: string, work: () => Result): Result {
    if (this.pending.includes(what)) throw this.error(`goes in a circle: ${[...this.pending, what].join(' → ')}`);
    const outer = this.stack;
    this.pending.push(what);
    this.stack = stack;
    try {
      return work();
    } finally {
      this.stack = outer;
      this.pending.pop();
    }
  }

  private list(name: string, argument: unknown): unknown[] {
    const list = this.value(argument);
    if (!Array.isArray(list)) throw this.error(`${name} needs a list`);
    return list;
  }

  private text(name: string, argument: unknown): string {
    const text = this.value(argument);
    if (typeof text !== 'string' && typeof text !== 'number')
      throw this.error(`${name} needs text, got ${JSON.stringify(text)}`);
    return String(text);
  }

  private error(what: string): ApiDefinitionError {
    return new ApiDefinitionError({ stack: this.stack, logicalId: this.logicalId }, what);
  }
}

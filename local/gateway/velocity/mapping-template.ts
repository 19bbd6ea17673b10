import type { RequestBody } from '../request-body';
import { compile, type Vocabulary } from './compiler';
import type { Context } from './context';
import { Input, mapOf, type TemplateParameters } from './input';
import { Output } from './output';
import { parseTemplate } from './parser';
import type { Rendering } from './rendering';
import { UTIL, UTIL_METHODS } from './util';
import type { Value } from './values';

/** API Gateway's limit on a template's own length, in characters. */
const MAX_LENGTH = 300 * 1024;

const VOCABULARY: Vocabulary = {
  input: { methods: Input.methods, properties: Input.properties },
  util: { methods: UTIL_METHODS, properties: new Set() },
  context: { methods: new Set() },
  foreach: {
    methods: new Set(),
    properties: new Set(['index', 'count', 'hasNext', 'first', 'last', 'parent', 'topmost']),
  },
};

export interface TemplateInput {
  readonly body: RequestBody;
  readonly parameters: TemplateParameters;
  readonly context: Context;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** Called with each line that API Gateway would write to its execution log. */
  readonly log: (message: string) => void;
}

/**
 * A mapping template in Velocity 1.7 with API Gateway's `$input`, `$util`, `$context` and `$stageVariables`. Read and checked when made
 * (throws `TemplateSyntaxError`), then rendered as often as wanted (throws `TemplateError`).
 */
export class MappingTemplate {
  private readonly step: (rendering: Rendering) => unknown;

  constructor(source: string) {
    if (source.length > MAX_LENGTH)
      throw new Error(`a mapping template has at most ${MAX_LENGTH} characters, got ${source.length}`);
    this.step = compile(parseTemplate(source), VOCABULARY);
  }

  render({ body, parameters, context, stageVariables, log }: TemplateInput): Buffer {
    const variables = new Map<string, Value>([
      ['input', new Input(body, parameters)],
      ['util', UTIL],
      ['context', context],
      ['stageVariables', mapOf(stageVariables)],
    ]);
    const out = new Output();
    this.step({ out, variables, log });
    return out.toBuffer();
  }
}

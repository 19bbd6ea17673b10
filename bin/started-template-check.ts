import { TemplateCheck } from './template-check';

/** A check that gets ready while the program that loads this first makes its app; none where CDK is told to check nothing. */
export const templateCheck = process.env.CDK_VALIDATION === 'false' ? undefined : new TemplateCheck();

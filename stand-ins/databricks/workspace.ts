import { z } from 'zod';
import { ApiError, doesNotExist, invalidParameter } from './api-error';

export interface WorkspaceObject {
  readonly path: string;
  readonly type: 'NOTEBOOK' | 'FILE' | 'DIRECTORY';
  readonly language?: string;
  /** What was imported. Empty for a directory. */
  readonly content: Buffer;
}

const path = z.string().regex(/^\/.*[^/]$/);
export const pathRequest = z.strictObject({ path: z.string().startsWith('/') });
export const deleteRequest = z.strictObject({ path, recursive: z.boolean().optional() });
export const exportRequest = z.strictObject({ path, format: z.enum(['SOURCE', 'AUTO']).optional() });
export const importRequest = z.strictObject({
  path,
  format: z.enum(['AUTO', 'SOURCE', 'RAW']),
  language: z.enum(['PYTHON', 'SQL', 'SCALA', 'R']).optional(),
  content: z.base64(),
  overwrite: z.boolean().optional(),
});

const MAX_BYTES = 10 * 1024 * 1024;
const HEADERS: Readonly<Record<string, { line: string; language: string }>> = {
  '.py': { line: '# Databricks notebook source', language: 'PYTHON' },
  '.sql': { line: '-- Databricks notebook source', language: 'SQL' },
  '.scala': { line: '// Databricks notebook source', language: 'SCALA' },
  '.r': { line: '# Databricks notebook source', language: 'R' },
};

/** Folders, notebooks and files of a workspace. `/Workspace/Shared/x` and `/Shared/x` are the same object. */
export class Workspace {
  private readonly objects = new Map<string, WorkspaceObject>();

  constructor() {
    for (const root of ['/', '/Shared', '/Users', '/Repos']) this.objects.set(root, directory(root));
  }

  all(): readonly WorkspaceObject[] {
    return [...this.objects.values()];
  }

  find(anyPath: string): WorkspaceObject | undefined {
    return this.objects.get(plain(anyPath));
  }

  mkdirs({ path: wanted }: z.infer<typeof pathRequest>): object {
    const parts = plain(wanted).split('/').filter(Boolean);
    parts.forEach((_, at) => {
      const each = `/${parts.slice(0, at + 1).join('/')}`;
      const there = this.objects.get(each);
      if (there === undefined) this.objects.set(each, directory(each));
      else if (there.type !== 'DIRECTORY')
        throw new ApiError(400, 'RESOURCE_ALREADY_EXISTS', `${each} is not a directory`);
    });
    return {};
  }

  import(request: z.infer<typeof importRequest>): object {
    const content = Buffer.from(request.content, 'base64');
    if (content.length > MAX_BYTES) {
      throw new ApiError(
        400,
        'MAX_NOTEBOOK_SIZE_EXCEEDED',
        `File size imported is (${content.length} bytes), exceeded max size (${MAX_BYTES} bytes)`,
      );
    }
    const object = objectOf(plain(request.path), request.format, request.language, content);
    const parent = object.path.slice(0, object.path.lastIndexOf('/')) || '/';
    if (this.objects.get(parent)?.type !== 'DIRECTORY')
      throw doesNotExist(`The parent folder (${parent}) does not exist.`);
    const there = this.objects.get(object.path);
    // Seen on the service as an empty code with this message, not as RESOURCE_ALREADY_EXISTS.
    if (there !== undefined && request.overwrite !== true)
      throw new ApiError(400, '', `${object.path} already exists.`);
    if (there !== undefined && there.type !== object.type) {
      throw invalidParameter(
        `Cannot overwrite the asset at ${object.path}: it is a ${there.type}, the import makes a ${object.type}`,
      );
    }
    this.objects.set(object.path, object);
    return {};
  }

  delete({ path: wanted, recursive }: z.infer<typeof deleteRequest>): object {
    const target = this.objects.get(plain(wanted)) ?? missing(wanted);
    const below = this.all().filter((object) => object.path.startsWith(`${target.path}/`));
    if (below.length > 0 && recursive !== true) {
      throw new ApiError(400, 'DIRECTORY_NOT_EMPTY', `Folder (${target.path}) is not empty`);
    }
    for (const object of [target, ...below]) this.objects.delete(object.path);
    return {};
  }

  getStatus({ path: wanted }: z.infer<typeof pathRequest>): object {
    return describe(this.objects.get(plain(wanted)) ?? missing(wanted));
  }

  list({ path: wanted }: z.infer<typeof pathRequest>): object {
    const folder = this.objects.get(plain(wanted)) ?? missing(wanted);
    const prefix = folder.path === '/' ? '/' : `${folder.path}/`;
    const children = this.all().filter(
      ({ path: each }) => each !== '/' && each.startsWith(prefix) && !each.slice(prefix.length).includes('/'),
    );
    return children.length === 0 ? {} : { objects: children.map(describe) };
  }

  export({ path: wanted }: z.infer<typeof exportRequest>): object {
    const object = this.objects.get(plain(wanted)) ?? missing(wanted);
    if (object.type === 'DIRECTORY') throw invalidParameter(`${object.path} is a directory`);
    return { content: object.content.toString('base64') };
  }
}

/** What an import makes of its content: the table of databricks' import formats. */
function objectOf(target: string, format: string, language: string | undefined, content: Buffer): WorkspaceObject {
  if (format === 'RAW') return { path: target, type: 'FILE', content };
  if (format === 'SOURCE') {
    if (language === undefined) throw invalidParameter('The language field is required when format is SOURCE');
    return { path: target, type: 'NOTEBOOK', language, content };
  }
  const extension = /\.[a-z]+$/i.exec(target)?.[0] ?? '';
  const header = HEADERS[extension.toLowerCase()];
  const firstLine = content.subarray(0, content.indexOf('\n') < 0 ? undefined : content.indexOf('\n')).toString('utf8');
  if (header === undefined || firstLine !== header.line) return { path: target, type: 'FILE', content };
  return { path: target.slice(0, -extension.length), type: 'NOTEBOOK', language: header.language, content };
}

const directory = (at: string): WorkspaceObject => ({ path: at, type: 'DIRECTORY', content: Buffer.alloc(0) });

function describe({ path: at, type, language }: WorkspaceObject): object {
  return { path: at, object_type: type, ...(language !== undefined && { language }) };
}

function plain(anyPath: string): string {
  const short = anyPath === '/Workspace' ? '/' : anyPath.replace(/^\/Workspace\//, '/');
  return short.length > 1 ? short.replace(/\/$/, '') : short;
}

function missing(wanted: string): never {
  throw doesNotExist(`Path (${wanted}) doesn't exist.`);
}

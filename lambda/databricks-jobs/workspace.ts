import { DatabricksError } from './api-error';
import type { DatabricksClient } from './client';
import { ignoringGone } from './jobs';

/** Texts by path below the root, such as `notebooks/batch.py`. */
export type WorkspaceFiles = Readonly<Record<string, string>>;

const API = '/api/2.0/workspace';

/**
 * Makes the folder `root` hold these files and nothing else. A source whose first line is Databricks'
 * notebook header becomes a notebook and loses its extension; everything else stays a file.
 */
export async function putFiles(client: DatabricksClient, root: string, files: WorkspaceFiles): Promise<void> {
  const folders = new Set(
    Object.keys(files).map((file) => `${root}/${file}`.slice(0, `${root}/${file}`.lastIndexOf('/'))),
  );
  for (const path of [...folders].sort()) await client.post(`${API}/mkdirs`, { path });

  const wanted = new Set<string>();
  for (const [file, text] of Object.entries(files)) {
    const isNotebook = /^(#|--) Databricks notebook source\n/.test(text);
    const path = `${root}/${file}`;
    wanted.add(isNotebook ? path.replace(/\.\w+$/, '') : path);
    await importFile(client, path, isNotebook ? path.replace(/\.\w+$/, '') : path, text);
  }
  await removeOthers(client, root, wanted);
}

/** Deletes the folder `root` with its content. A missing folder is not an error. */
export async function removeFiles(client: DatabricksClient, root: string): Promise<void> {
  await ignoringGone(client.post(`${API}/delete`, { path: root, recursive: true }));
}

/** Deletes everything in the folder `home` except the folders `kept`. */
export async function removeVersions(client: DatabricksClient, home: string, kept: readonly string[]): Promise<void> {
  const { objects = [] } = (await client.get(`${API}/list`, { path: home })) as { objects?: { path: string }[] };
  for (const { path } of objects) {
    const full = path.startsWith('/Workspace/') ? path : `/Workspace${path}`;
    if (!kept.includes(full)) await ignoringGone(client.post(`${API}/delete`, { path: full, recursive: true }));
  }
}

async function importFile(client: DatabricksClient, path: string, becomes: string, text: string): Promise<void> {
  const request = { path, format: 'AUTO', content: Buffer.from(text).toString('base64'), overwrite: true };
  try {
    await client.post(`${API}/import`, request);
  } catch (error) {
    // A notebook cannot overwrite a file, and a file cannot overwrite a notebook.
    if (!(error instanceof DatabricksError && error.status === 400 && /overwrite/i.test(error.reason))) throw error;
    await client.post(`${API}/delete`, { path: becomes });
    await client.post(`${API}/import`, request);
  }
}

async function removeOthers(client: DatabricksClient, folder: string, wanted: ReadonlySet<string>): Promise<void> {
  const { objects = [] } = (await client.get(`${API}/list`, { path: folder })) as {
    objects?: { path: string; object_type: string }[];
  };
  for (const { path, object_type } of objects) {
    const full = path.startsWith('/Workspace/') ? path : `/Workspace${path}`;
    if (object_type === 'DIRECTORY' && [...wanted].some((file) => file.startsWith(`${full}/`))) {
      await removeOthers(client, full, wanted);
    } else if (!wanted.has(full)) {
      await ignoringGone(client.post(`${API}/delete`, { path: full, recursive: true }));
    }
  }
}

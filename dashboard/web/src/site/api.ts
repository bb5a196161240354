// What the control plane answers, and how it is asked. The shapes are those of docs/formats/api.

export interface StartStep {
  name: string;
  began: string;
  ended?: string;
  detail: string;
}

export type Phase =
  | { kind: 'pending'; since: string }
  | { kind: 'starting'; since: string; steps: StartStep[] }
  | { kind: 'running'; since: string }
  | { kind: 'stopping'; since: string; why: string }
  | { kind: 'stopped'; since: string; why: string }
  | { kind: 'failed'; since: string; what: string; remedy: string };

export type Intent = { kind: 'run' } | { kind: 'stop'; why: string } | { kind: 'discard'; since: string; why: string } | { kind: 'delete' };

/** How grave a notice is. */
export type NoticeKind = 'information' | 'warning' | 'error';

export interface Finding {
  severity: 'error' | 'warning';
  file: string;
  line: number;
  column: number;
  what: string;
  remedy: string;
}

/** What a workspace is made by. */
export interface Definition {
  file?: string;
  why: string;
  others: string[];
  facts: { name: string; values: string[]; from: string }[];
}

export interface WorkspacePort {
  port: number;
  name?: string;
  description?: string;
  visibility: 'private' | 'public';
  onOpen: string;
  served: boolean;
  url: string;
}

export interface Workspace {
  id: string;
  url: string;
  contextUrl: string;
  repository: string;
  cloneUrl: string;
  /** Where the repository lies inside, an absolute path. */
  folder: string;
  ref?: string;
  commit?: string;
  size: string;
  createdAt: string;
  lastActiveAt: string;
  intent: Intent;
  phase: Phase;
  steps: StartStep[];
  findings: Finding[];
  notices: string[];
  /** Of each of them, in that order; a control of before says nothing, and all are warnings. */
  noticeKinds?: NoticeKind[];
  image: 'default' | 'named' | 'built';
  /** How far the editor of a running instance is; nothing where it has none. */
  editor?: { kind: 'starting' } | { kind: 'ready'; port: number } | { kind: 'failed'; what: string; remedy: string };
  ports: WorkspacePort[];
  /** What it began with; nothing where that was a clone. */
  prebuild?: { id: string; commit: string; exact: boolean };
  /** Whether it stays however long nobody uses it. */
  pinned: boolean;
  /** Of one that was deleted, until when it can be had back; of another, when it goes where nobody uses it before. */
  keptUntil?: string;
}

/** What ran the init tasks of a commit beforehand. */
export interface Prebuild {
  id: string;
  contextUrl: string;
  repository: string;
  ref?: string;
  commit?: string;
  state: 'queued' | 'building' | 'available' | 'failed' | 'aborted';
  error?: string;
  createdAt: string;
  since: string;
}

/** A moment of a workspace that one can go back to. */
export interface Point {
  id: string;
  at: string;
  files: number;
  bytes: number;
  newBytes: number;
  leftOut: string[];
  /** Whether it stays as long as its workspace. */
  kept: boolean;
  /** Against the moment before it; nothing for the oldest. */
  changed?: Changed;
}

export interface Changed {
  added: number;
  changed: number;
  removed: number;
}

export type FileKind = 'file' | 'folder' | 'link' | 'pipe' | 'deleted';

/** One name in a folder of a moment; as a path has it. */
export interface SavedItem {
  name: string;
  kind: FileKind;
  bytes: number;
  modified: string;
  rights: string;
  target?: string;
}

export interface SavedFolder {
  path: string;
  items: SavedItem[];
  /** The name that the next part begins behind. */
  after?: string;
}

export interface PointChange {
  what: 'added' | 'changed' | 'removed';
  path: string;
  kind: FileKind;
  files: number;
  bytesBefore: number;
  bytes: number;
}

/** What is not the same at two moments. */
export interface PointChanges {
  since?: string;
  point: string;
  changed: Changed;
  changes: PointChange[];
  more: number;
  all: boolean;
}

export interface Me {
  user: { id: string; name: string };
  version: string;
  dashboardUrl: string;
  workspaceUrlPattern: string;
  sizes: { name: string; cpuMillis: number; memoryBytes: number }[];
  /** How long a workspace that was deleted can be had back; 0 for not at all. */
  deletedKeptSeconds: number;
  /** Empty where SSH is off. */
  ssh?: { host: string; port: number };
}

/** How far this installation's editor is, which is made once for all workspaces. */
export type Editor =
  | { kind: 'none' }
  | { kind: 'preparing'; percent: number; step: string }
  | { kind: 'ready'; name: string; version: string }
  | { kind: 'failed'; what: string; remedy: string };

/** Where saves are kept beside the machine's disk, and how far behind that is. */
export interface Store {
  /** Nothing where they are on the machine's disk only. */
  name?: string;
  behindObjects: number;
  behindBytes: number;
  behindSince?: string;
  trouble?: string;
}

export type WorkspaceEvent =
  | { kind: 'all'; workspaces: Workspace[] }
  | { kind: 'changed'; workspace: Workspace }
  | { kind: 'gone'; id: string };

export interface Failure {
  what: string;
  remedy: string;
}

export type Answer<T> = { ok: true; value: T; date: number } | { ok: false; status: number; failure: Failure; existing: Workspace[] };

// Opening resolves a git URL, for which the server gives the git host 30 s.
const PATIENCE_MS = 60_000;

/** Asks once; a failure comes back as words, with status 0 where the server did not answer at all. */
export async function ask<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
    const text = await response.text();
    if (response.ok) {
      const json = response.headers.get('Content-Type')?.startsWith('application/json');
      const value = (json ? JSON.parse(text) : text) as T;
      return { ok: true, value, date: Date.parse(response.headers.get('Date') ?? '') };
    }
    return failed(response.status, text);
  } catch {
    return {
      ok: false,
      status: 0,
      failure: { what: 'Berth does not answer.', remedy: 'Check that it is running (berth status) and that you are online, then try again.' },
      existing: [],
    };
  }
}

function failed(status: number, text: string): Answer<never> {
  const failure = { what: `Berth answered with status ${status}.`, remedy: 'Try again; the server’s log says more.' };
  try {
    const said = JSON.parse(text) as { error?: Partial<Failure>; existing?: Workspace[] };
    return {
      ok: false,
      status,
      failure: { what: said.error?.what ?? failure.what, remedy: said.error?.remedy ?? failure.remedy },
      existing: said.existing ?? [],
    };
  } catch {
    return { ok: false, status, failure, existing: [] };
  }
}

const path = (id: string) => `/api/v1/workspaces/${encodeURIComponent(id)}`;

const inPoint = (id: string, point: string) => `${path(id)}/points/${encodeURIComponent(point)}`;
const query = (name: string, value: string | undefined) => (value === undefined ? '' : `&${name}=${encodeURIComponent(value)}`);

export const api = {
  editor: () => ask<Editor>('GET', '/api/v1/editor'),
  store: () => ask<Store>('GET', '/api/v1/store'),
  me: () => ask<Me>('GET', '/api/v1/me'),
  create: (contextUrl: string, whenOneExists: 'ask' | 'create', definition?: string) =>
    ask<Workspace>('POST', '/api/v1/workspaces', { contextUrl, whenOneExists, definition }),
  start: (id: string) => ask<Workspace>('POST', `${path(id)}/start`),
  startWithDefaultImage: (id: string) => ask<Workspace>('POST', `${path(id)}/start?image=default`),
  stop: (id: string) => ask<Workspace>('POST', `${path(id)}/stop`),
  remove: (id: string) => ask<Workspace>('DELETE', path(id)),
  removeNow: (id: string) => ask<Workspace>('DELETE', `${path(id)}?now=true`),
  undelete: (id: string) => ask<Workspace>('POST', `${path(id)}/undelete`),
  pin: (id: string, pinned: boolean) => ask<Workspace>('POST', `${path(id)}/${pinned ? 'pin' : 'unpin'}`),
  deleted: () => ask<{ workspaces: Workspace[] }>('GET', '/api/v1/workspaces?deleted=true'),
  setVisibility: (id: string, port: number, visibility: 'private' | 'public') =>
    ask<Workspace>('PUT', `${path(id)}/ports/${port}`, { visibility }),
  logs: (id: string) => ask<string>('GET', `${path(id)}/logs`),
  definition: (id: string) => ask<Definition>('GET', `${path(id)}/definition`),
  points: (id: string) => ask<{ points: Point[]; trouble?: string }>('GET', `${path(id)}/points`),
  fork: (id: string, point?: string) => ask<Workspace>('POST', `${path(id)}/fork`, { point }),
  prebuilds: () => ask<{ prebuilds: Prebuild[] }>('GET', '/api/v1/prebuilds'),
  makePrebuild: (contextUrl: string) => ask<Prebuild>('POST', '/api/v1/prebuilds', { contextUrl }),
  removePrebuild: (id: string) => ask<Prebuild>('DELETE', `/api/v1/prebuilds/${encodeURIComponent(id)}`),
  prebuildLog: (id: string) => ask<string>('GET', `/api/v1/prebuilds/${encodeURIComponent(id)}/log`),
  /** Where the files of a moment are had as an archive. */
  archive: (id: string, point: string, folder = '/') => `${inPoint(id, point)}/tar?path=${encodeURIComponent(folder)}`,
  savedFile: (id: string, point: string, file: string) => `${inPoint(id, point)}/file?path=${encodeURIComponent(file)}`,
  savedFolder: (id: string, point: string, folder: string, after?: string) =>
    ask<SavedFolder>('GET', `${inPoint(id, point)}/files?path=${encodeURIComponent(folder)}${query('after', after)}`),
  changes: (id: string, point: string, since?: string) =>
    ask<PointChanges>('GET', `${inPoint(id, point)}/changes?${query('since', since)}`),
  save: (id: string) => ask<Point>('POST', `${path(id)}/points`),
  logout: () => ask<unknown>('POST', '/api/v1/logout'),
};

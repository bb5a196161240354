// What the supervisor of this workspace says, and whether it is heard at all.

import { computed, signal } from '@preact/signals';
import { webUrl } from '../shared/links.ts';
import { follow } from '../shared/stream.ts';
import { repositoryOf } from '../shared/text.ts';

export interface Terminal {
  id: string;
  title: string;
  task?: number;
  running: boolean;
  exitCode?: number;
}

export interface Status {
  content: { kind: 'preparing' } | { kind: 'ready' } | { kind: 'failed'; what: string; remedy: string };
  steps: { name: string; began?: string; ended?: string; detail: string }[];
  tasks: { index: number; name: string; terminal: string; running: boolean; exitCode?: number }[];
  ports: { port: number }[];
  /** Nothing where the instance has none. */
  editor?: { kind: 'starting' } | { kind: 'ready'; port: number } | { kind: 'failed'; what: string; remedy: string };
  notices: string[];
}

/** Whether the workspace is heard. `away`: for so long that one should know; `gone`: the gateway says that it does not run. */
export type Health = 'connecting' | 'ok' | 'retrying' | 'away' | 'gone' | 'stranger';

export const status = signal<Status | undefined>(undefined);
export const terminals = signal<Terminal[] | undefined>(undefined);
export const health = signal<Health>('connecting');
export const about = signal<{ id: string; dashboardUrl: string | undefined; repository: string }>({
  id: location.hostname.split('.')[0] ?? '',
  // By the names that an installation has where nothing else is said: "<id>.ws.D".
  dashboardUrl: webUrl(`${location.protocol}//${location.host.split('.ws.')[1] ?? ''}`),
  repository: repositoryOf(location.hostname.split('.')[0] ?? ''),
});
/** Where this workspace's state can be seen and changed. */
export const startPage = computed(() =>
  about.value.dashboardUrl ? `${about.value.dashboardUrl.replace(/\/$/, '')}/#/start/${about.value.id}` : undefined,
);

export async function learnAbout(): Promise<void> {
  try {
    const response = await fetch('/_berth/workspace.json');
    if (!response.ok) return;
    const said = (await response.json()) as { id?: string; dashboardUrl?: string; repository?: string };
    const id = said.id ?? about.value.id;
    about.value = { id, dashboardUrl: webUrl(said.dashboardUrl) ?? about.value.dashboardUrl, repository: said.repository ?? repositoryOf(id) };
  } catch {
    // Only links to the dashboard need it.
  }
}

/** Whether the gateway leads to the editor by now. */
export async function editorAnswers(): Promise<boolean> {
  try {
    const response = await fetch('/_berth/workspace.json', { signal: AbortSignal.timeout(5000) });
    return response.ok && ((await response.json()) as { editor?: boolean }).editor === true;
  } catch {
    return false;
  }
}

// Longer than a restart of the gateway takes.
const AWAY_AFTER_MS = 6000;

/** Listens for ever. */
export function listen(): void {
  let silentSince = 0;
  follow('/_supervisor/v1/events', {
    message(data) {
      // Another instance may have come: its terminals are others, whatever they are called.
      if (health.value === 'gone') location.reload();
      health.value = 'ok';
      status.value = JSON.parse(data) as Status;
      void readTerminals();
    },
    async lost(failures) {
      if (failures === 0) silentSince = Date.now();
      const code = await statusCode();
      if (code === 401 || code === 403) health.value = 'stranger';
      else if (code === 404) health.value = failures > 0 ? 'gone' : 'retrying';
      else if (code === 502 || code === 503 || code === 504) health.value = failures > 2 ? 'gone' : 'retrying'; // or a gateway that has just started
      else if (code !== 200) health.value = Date.now() - silentSince > AWAY_AFTER_MS ? 'away' : 'retrying';
      return true;
    },
  });
}

async function statusCode(): Promise<number> {
  try {
    return (await fetch('/_supervisor/v1/status', { signal: AbortSignal.timeout(5000), redirect: 'manual' })).status || 401;
  } catch {
    return -1;
  }
}

let reading = false;

/** Reads the list anew; not twice at a time. */
export async function readTerminals(): Promise<void> {
  if (reading) return;
  reading = true;
  try {
    const response = await fetch('/_supervisor/v1/terminals');
    if (response.ok) terminals.value = ((await response.json()) as { terminals: Terminal[] }).terminals;
  } catch {
    // The event stream ends too, and says so.
  } finally {
    reading = false;
  }
}

/** Opens a login shell; nothing where that fails, with `complaint` telling why. */
export async function newTerminal(cols: number, rows: number): Promise<string | undefined> {
  const answer = await send('POST', '', { cols, rows });
  const made = answer as Terminal | undefined;
  if (!made) return undefined;
  terminals.value = [...(terminals.value ?? []).filter((each) => each.id !== made.id), made];
  return made.id;
}

export async function endTerminal(id: string): Promise<void> {
  await send('DELETE', `/${encodeURIComponent(id)}`);
  await readTerminals();
}

/** What the last wish failed with. */
export const complaint = signal<string | undefined>(undefined);

async function send(method: string, path: string, body?: unknown): Promise<unknown> {
  try {
    const response = await fetch('/_supervisor/v1/terminals' + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
    const text = await response.text();
    const said = (text ? JSON.parse(text) : {}) as { error?: { what: string; remedy: string } };
    complaint.value = response.ok ? undefined : said.error ? `${said.error.what} ${said.error.remedy}` : `The workspace answered with status ${response.status}.`;
    return response.ok ? said : undefined;
  } catch {
    complaint.value = 'The workspace does not answer. Try again when the connection is back.';
    return undefined;
  }
}

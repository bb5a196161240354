// What the pages know: who is here, the workspaces, and whether the server is heard. One event stream feeds all pages.

import { computed, signal } from '@preact/signals';
import { api, type Failure, type Me, type Workspace, type WorkspaceEvent } from './api.ts';
import { inOrder } from './state.ts';

export type Visitor = { kind: 'unknown' } | { kind: 'stranger' } | { kind: 'user'; me: Me } | { kind: 'failed'; failure: Failure };

export const visitor = signal<Visitor>({ kind: 'unknown' });
export const workspaces = signal<ReadonlyMap<string, Workspace> | undefined>(undefined);
export const list = computed(() => (workspaces.value ? inOrder(workspaces.value.values()) : undefined));
export const offline = signal(false);
/** The server's clock, ticking: each second, faster while a start is shown. */
export const now = signal(Date.now());

let serverAheadMs = 0;
const tick = () => (now.value = Date.now() + serverAheadMs);
setInterval(tick, 1000);

/** Lets `now` tick ten times a second until the answer is called. */
export function tickFast(): () => void {
  const timer = setInterval(tick, 100);
  return () => clearInterval(timer);
}

/** Asks who is here, then listens for ever. */
export async function begin(): Promise<void> {
  const answer = await api.me();
  if (answer.ok) {
    // The header's time is cut to seconds; a smaller difference is nothing.
    if (Math.abs(answer.date - Date.now()) > 3000) serverAheadMs = answer.date - Date.now();
    tick();
    visitor.value = { kind: 'user', me: answer.value };
    listen(0);
  } else if (answer.status === 401) {
    visitor.value = { kind: 'stranger' };
  } else {
    visitor.value = { kind: 'failed', failure: answer.failure };
    setTimeout(begin, 3000);
  }
}

// Silence is not offline at once: a restart of the server takes about 1 s.
const OFFLINE_AFTER_MS = 2500;
const RETRY_MS = [250, 500, 1000, 2000, 5000];
let heardAt = Date.now();

function listen(failures: number): void {
  const source = new EventSource('/api/v1/events');
  let open = true;
  const overdue = setTimeout(() => (offline.value = true), OFFLINE_AFTER_MS);
  const again = async () => {
    if (!open) return;
    open = false;
    source.close();
    clearTimeout(overdue);
    removeEventListener('online', again);
    offline.value ||= Date.now() - heardAt > OFFLINE_AFTER_MS;
    // The browser does not tell why: a session that ended looks like a server that is away.
    const who = await api.me();
    if (!who.ok && who.status === 401) visitor.value = { kind: 'stranger' };
    else setTimeout(() => listen(failures + 1), RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
  };
  source.onmessage = (message) => {
    clearTimeout(overdue);
    failures = 0;
    heardAt = Date.now();
    offline.value = false;
    apply(JSON.parse(String(message.data)) as WorkspaceEvent);
  };
  source.onerror = () => {
    heardAt = failures === 0 ? Date.now() : heardAt; // until now it was connected, if silent
    void again();
  };
  addEventListener('online', again);
}

export function apply(event: WorkspaceEvent): void {
  const next = new Map(workspaces.value);
  switch (event.kind) {
    case 'all':
      next.clear();
      for (const workspace of event.workspaces) next.set(workspace.id, workspace);
      break;
    case 'changed':
      next.set(event.workspace.id, event.workspace);
      break;
    case 'gone':
      next.delete(event.id);
      break;
  }
  workspaces.value = next;
}

/** Takes an answer's workspace at once; the event that follows says the same or something newer. */
export function know(workspace: Workspace): void {
  if (workspaces.value) apply({ kind: 'changed', workspace });
}

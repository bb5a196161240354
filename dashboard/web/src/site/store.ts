// What the pages know: who is here, the workspaces, and whether the server is heard. One event stream feeds all pages.

import { computed, signal } from '@preact/signals';
import { follow } from '../shared/stream.ts';
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
    listen();
  } else if (answer.status === 401) {
    visitor.value = { kind: 'stranger' };
  } else {
    visitor.value = { kind: 'failed', failure: answer.failure };
    setTimeout(begin, 3000);
  }
}

// Not at once: a restart of the server takes about 1 s.
const OFFLINE_AFTER_MS = 2500;

function listen(): void {
  let silentSince = 0;
  follow('/api/v1/events', {
    message(data) {
      offline.value = false;
      apply(JSON.parse(data) as WorkspaceEvent);
    },
    async lost(failures) {
      if (failures === 0) silentSince = Date.now();
      offline.value ||= Date.now() - silentSince > OFFLINE_AFTER_MS;
      // The browser does not tell why: a session that ended looks like a server that is away.
      const who = await api.me();
      if (who.ok || who.status !== 401) return true;
      visitor.value = { kind: 'stranger' };
      return false;
    },
  });
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

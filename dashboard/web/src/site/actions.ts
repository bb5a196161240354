// Start, stop and delete, the same from each page.

import { signal } from '@preact/signals';
import { webUrl } from '../shared/links.ts';
import { api, type Answer, type Failure, type Workspace } from './api.ts';
import { know, visitor } from './store.ts';
import { visit, visited } from './visited.ts';

/** What the last action failed with, shown until it is put away. */
export const trouble = signal<Failure | undefined>(undefined);
/** Whose button was pressed and not answered yet. */
export const pressed = signal<ReadonlySet<string>>(new Set());

export const start = (workspace: Workspace) => act(workspace.id, () => api.start(workspace.id), know);
export const startWithDefaultImage = (workspace: Workspace) => act(workspace.id, () => api.startWithDefaultImage(workspace.id), know);
export const stop = (workspace: Workspace) => act(workspace.id, () => api.stop(workspace.id), know);
export const remove = (workspace: Workspace) => act(workspace.id, () => api.remove(workspace.id));
export const removeNow = (workspace: Workspace) => act(workspace.id, () => api.removeNow(workspace.id));
export const undelete = (workspace: Workspace) => act(workspace.id, () => api.undelete(workspace.id), know);
export const pin = (workspace: Workspace, pinned: boolean) => act(workspace.id, () => api.pin(workspace.id, pinned), know);
export const setVisibility = (workspace: Workspace, port: number, visibility: 'private' | 'public') =>
  act(workspace.id, () => api.setVisibility(workspace.id, port, visibility), know);

/** Makes a workspace with its files, as they are now or were at that moment, and goes there. */
export const fork = (workspace: Workspace, point?: string) => act(workspace.id, () => api.fork(workspace.id, point), goTo);
/** Makes a workspace of the same address that another file says what it is. */
export const openWith = (workspace: Workspace, definition: string) =>
  act(workspace.id, () => api.create(workspace.contextUrl, 'create', definition), goTo);

function goTo(made: Workspace): void {
  know(made);
  location.hash = `#/start/${made.id}`;
}

export async function logout(): Promise<void> {
  await act('', () => api.logout(), () => (visitor.value = { kind: 'stranger' }));
}

/**
 * Goes where a workspace can be used: to itself when it runs, else to its start page, starting it. Where this browser
 * knows its editor, that is the workspace itself too: its page loads while the workspace starts.
 */
export async function enter(workspace: Workspace, running: boolean, startable: boolean): Promise<void> {
  const url = webUrl(workspace.url);
  if (!running && startable && !(await start(workspace))) return;
  if (url && (running || (startable && visited(workspace.id)))) {
    visit(workspace.id);
    location.href = url;
  } else {
    location.hash = `#/start/${workspace.id}`;
  }
}

async function act<T>(id: string, call: () => Promise<Answer<T>>, done: (value: T) => void = () => {}): Promise<boolean> {
  if (pressed.value.has(id)) return false;
  pressed.value = new Set([...pressed.value, id]);
  const answer = await call();
  pressed.value = new Set([...pressed.value].filter((other) => other !== id));
  if (answer.ok) {
    trouble.value = undefined;
    done(answer.value);
  } else if (answer.status === 401) {
    visitor.value = { kind: 'stranger' };
  } else {
    trouble.value = answer.failure;
  }
  return answer.ok;
}

// Opening a context URL: asks the server exactly once, and keeps what it says for the pages to show.

import { effect, signal } from '@preact/signals';
import { isWorkspaceAddress } from '../shared/links.ts';
import { api, type Failure, type Workspace } from './api.ts';
import { isAlways, isSame, known } from './known.ts';
import { know, visitor, workspaces } from './store.ts';

export type Opening =
  // `from`: the workspace whose page asks; nothing where it may have been any page, or its own user.
  | { kind: 'confirm'; url: string; from?: string }
  | { kind: 'looking'; url: string }
  | { kind: 'asking'; url: string }
  | { kind: 'existing'; url: string; existing: Workspace[] }
  | { kind: 'failed'; url: string; failure: Failure };

export const opening = signal<Opening | undefined>(undefined);

/**
 * For a URL that came in our own address, where any page may have led: without a question only what
 * was opened before, and never for a workspace's page.
 */
export function openFromAddress(url: string, referrer: string): void {
  const pattern = visitor.value.kind === 'user' ? visitor.value.me.workspaceUrlPattern : '';
  // The address goes first: a reload or a step back must not open a second time.
  history.replaceState(null, '', '#/opening');
  if (isWorkspaceAddress(referrer, pattern)) {
    opening.value = { kind: 'confirm', url, from: new URL(referrer).host };
    return;
  }
  const now: Opening = { kind: 'looking', url };
  opening.value = now;
  const end = effect(() => {
    const all = workspaces.value; // comes with the first event
    if (opening.peek() !== now) queueMicrotask(() => end());
    else if (all) {
      queueMicrotask(() => end());
      if (opensAtOnce(url, [...all.values()])) void open(url, 'ask');
      else opening.value = { kind: 'confirm', url };
    }
  });
}

function opensAtOnce(url: string, all: Workspace[]): boolean {
  const one = known(url);
  return one !== undefined && (isAlways(one) || all.some((workspace) => isSame(one, workspace.cloneUrl)));
}

/** Opens it, and goes to its start page; where that is not possible, `opening` says why. */
export async function open(url: string, whenOneExists: 'ask' | 'create'): Promise<void> {
  if (opening.value?.kind === 'asking') return;
  opening.value = { kind: 'asking', url };
  const answer = await api.create(url, whenOneExists);
  if (answer.ok) {
    know(answer.value);
    opening.value = undefined;
    const target = `#/start/${answer.value.id}`;
    if (location.hash === '#/opening') location.replace(target);
    else location.hash = target;
  } else if (answer.status === 401) {
    opening.value = undefined;
    history.replaceState(null, '', '#' + encodeURI(url)); // so that a reload after the login opens it
    visitor.value = { kind: 'stranger' };
  } else if (answer.status === 409 && answer.existing.length > 0) {
    opening.value = { kind: 'existing', url, existing: answer.existing };
  } else {
    opening.value = { kind: 'failed', url, failure: answer.failure };
  }
}

export function giveUp(): void {
  opening.value = undefined;
  if (location.hash === '#/opening') location.replace('#/');
}

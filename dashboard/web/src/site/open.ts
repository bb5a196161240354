// Opening a context URL: asks the server exactly once, and keeps what it says for the pages to show.

import { signal } from '@preact/signals';
import { isWorkspaceAddress } from '../shared/links.ts';
import { api, type Failure, type Workspace } from './api.ts';
import { know, visitor } from './store.ts';

export type Opening =
  | { kind: 'confirm'; url: string; from: string }
  | { kind: 'asking'; url: string }
  | { kind: 'existing'; url: string; existing: Workspace[] }
  | { kind: 'failed'; url: string; failure: Failure };

export const opening = signal<Opening | undefined>(undefined);

/** For a URL that came in our own address: a workspace's page may not open others without a click. */
export function openFromAddress(url: string, referrer: string): void {
  const pattern = visitor.value.kind === 'user' ? visitor.value.me.workspaceUrlPattern : '';
  // The address goes first: a reload or a step back must not open a second time.
  history.replaceState(null, '', '#/opening');
  if (isWorkspaceAddress(referrer, pattern)) opening.value = { kind: 'confirm', url, from: new URL(referrer).host };
  else void open(url, 'ask');
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

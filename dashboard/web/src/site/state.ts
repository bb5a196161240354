import type { StartStep, Workspace } from './api.ts';

/** How a workspace stands, for a person: what was last seen of it together with what is wanted. */
export interface State {
  word: string;
  look: 'running' | 'busy' | 'off' | 'failed';
  /** What can be done now. */
  can: { open: boolean; start: boolean; stop: boolean; remove: boolean };
  /** Why it stopped or failed; empty elsewhere. */
  why: string;
}

export function state(workspace: Workspace): State {
  const { intent, phase } = workspace;
  if (intent.kind === 'delete') return { word: 'Deleting', look: 'busy', can: can(''), why: '' };
  if (intent.kind === 'discard') return { word: 'Deleted', look: 'off', can: can(''), why: intent.why };
  switch (phase.kind) {
    case 'pending':
    case 'starting':
      return intent.kind === 'stop'
        ? { word: 'Stopping', look: 'busy', can: can('start remove'), why: intent.why }
        : { word: phase.kind === 'pending' ? 'Waiting' : 'Starting', look: 'busy', can: can('stop remove'), why: '' };
    case 'running':
      return intent.kind === 'stop'
        ? { word: 'Stopping', look: 'busy', can: can('start remove'), why: intent.why }
        : { word: 'Running', look: 'running', can: can('open stop remove'), why: '' };
    case 'stopping':
      return intent.kind === 'run'
        ? { word: 'Restarting', look: 'busy', can: can('stop remove'), why: '' }
        : { word: 'Stopping', look: 'busy', can: can('start remove'), why: phase.why };
    case 'stopped':
      return intent.kind === 'run'
        ? { word: 'Waiting', look: 'busy', can: can('stop remove'), why: '' }
        : { word: 'Stopped', look: 'off', can: can('start remove'), why: phase.why };
    case 'failed':
      return { word: 'Failed', look: 'failed', can: can('start remove'), why: phase.what };
  }
}

/** One in which nobody works: it is gone at once when it is deleted. Any other id has two hyphens. */
export function isTrial(workspace: Workspace): boolean {
  return workspace.id.split('-').length === 4;
}

function can(words: string): State['can'] {
  return {
    open: words.includes('open'),
    start: words.includes('start'),
    stop: words.includes('stop'),
    remove: words.includes('remove'),
  };
}

/** The steps to show: of the start that goes on, or else of the last one. */
export function steps(workspace: Workspace): StartStep[] {
  return workspace.phase.kind === 'starting' ? workspace.phase.steps : workspace.steps;
}

const STEP_WORDS: Record<string, string> = {
  image: 'Image',
  files: 'Files',
  network: 'Network',
  container: 'Container',
  boot: 'Boot',
  content: 'Repository',
};

export function stepWord(name: string): string {
  return STEP_WORDS[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
}

/** Running ones first, then by when they were last used. */
export function inOrder(workspaces: Iterable<Workspace>): Workspace[] {
  const rank = { running: 0, busy: 0, failed: 1, off: 1 };
  return [...workspaces].sort(
    (a, b) =>
      rank[state(a).look] - rank[state(b).look] ||
      Date.parse(b.lastActiveAt) - Date.parse(a.lastActiveAt) ||
      (a.id < b.id ? -1 : 1),
  );
}

/** Those that hold each word of `filter` somewhere in what the list shows of them. */
export function matching(workspaces: Workspace[], filter: string): Workspace[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return workspaces.filter((workspace) => {
    const text = [workspace.repository, workspace.ref, workspace.id, workspace.contextUrl, state(workspace).word].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** A branch or tag without git's prefix. */
export function branch(workspace: Workspace): string {
  return workspace.ref?.replace(/^refs\/(heads|tags)\//, '') ?? workspace.commit?.slice(0, 10) ?? '';
}

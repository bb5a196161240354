// What the workspace's page shows: it is at the workspace's own address until the editor is, and beside it for ever.

import type { Health, Status } from './supervisor.ts';

/** The view that the path asks for. */
export type Place = 'home' | 'terminals' | 'ports';

export function place(path: string): Place {
  if (path.startsWith('/_berth/terminal')) return 'terminals';
  return path.startsWith('/_berth/ports') ? 'ports' : 'home';
}

export type View =
  /** The editor is on its way: this page goes when it comes. */
  | 'waiting'
  /** The editor answers: the same address is its page now. */
  | 'editor'
  | 'terminals'
  | 'ports';

/** The one who looks: whether they waited long already, and whether they typed into a terminal of this page. */
export interface Visitor {
  waited: boolean;
  typed: boolean;
}

/** Until something was heard nothing is drawn that would jump away again; and what one types in does not go away by itself. */
export function view(at: Place, status: Status | undefined, health: Health, visitor: Visitor): View {
  if (at !== 'home') return at;
  if (!status) return health === 'connecting' || health === 'retrying' ? 'waiting' : 'terminals';
  switch (status.editor?.kind) {
    case 'starting':
      return status.content.kind === 'failed' || visitor.waited ? 'terminals' : 'waiting';
    case 'ready':
      return visitor.typed ? 'terminals' : 'editor';
    case 'failed':
    case undefined:
      return 'terminals';
  }
}

/** The last `limit` lines of what a terminal printed, without what only a terminal understands. */
export function lastLines(text: string, limit: number): string {
  const lines = text.replace(/\s+$/, '').split('\n');
  return lines.slice(-limit).join('\n');
}

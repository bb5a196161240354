type SettingsTab = 'variables' | 'git' | 'profile' | 'safety';

/** What the part of the address after # asks for. */
export type Route =
  | { page: 'list' }
  // `to`: where in the workspace to go when it runs, a path with its query.
  | { page: 'start'; id: string; stay: boolean; to: string }
  | { page: 'workspace'; id: string }
  // `path`: the folder that is shown; `with`: what it is compared with, a moment or `now`.
  | { page: 'moment'; id: string; point: string; path: string; with: string }
  | { page: 'opening' }
  | { page: 'settings'; tab: SettingsTab }
  | { page: 'ssh-keys' }
  | { page: 'prebuilds' }
  | { page: 'deleted' }
  | { page: 'installation' }
  | { page: 'context'; url: string }
  | { page: 'unknown' };

/** Our own routes begin with "#/"; whatever else follows the # is a context URL, with any prefix. */
export function route(hash: string): Route {
  const text = hash.replace(/^#/, '');
  if (text === '' || text === '/') return { page: 'list' };
  if (!text.startsWith('/')) return { page: 'context', url: decoded(text) };
  if (text === '/ssh-keys') return { page: 'ssh-keys' };
  if (text === '/prebuilds') return { page: 'prebuilds' };
  if (text === '/deleted') return { page: 'deleted' };
  if (text === '/installation') return { page: 'installation' };
  if (text === '/opening') return { page: 'opening' };
  if (text === '/settings') return { page: 'settings', tab: 'variables' };
  const settings = /^\/settings\/(variables|git|profile|safety)$/.exec(text);
  if (settings?.[1]) return { page: 'settings', tab: settings[1] as SettingsTab };
  const start = /^\/start\/([a-z0-9-]{1,63})(?:\?(stay|to=.*))?$/.exec(text);
  if (start?.[1]) return { page: 'start', id: start[1], stay: start[2] === 'stay', to: pathIn(start[2]) };
  const workspace = /^\/workspace\/([a-z0-9-]{1,63})$/.exec(text);
  if (workspace?.[1]) return { page: 'workspace', id: workspace[1] };
  const moment = /^\/workspace\/([a-z0-9-]{1,63})\/points\/([0-9a-z-]{1,64})(?:\?(.*))?$/.exec(text);
  if (moment?.[1] && moment[2]) return { page: 'moment', id: moment[1], point: moment[2], ...shown(new URLSearchParams(moment[3])) };
  return { page: 'unknown' };
}

function shown(query: URLSearchParams): { path: string; with: string } {
  const path = query.get('path') ?? '/workspace';
  const other = query.get('with') ?? '';
  return { path: path.startsWith('/') ? path : '/workspace', with: /^[0-9a-z-]{1,64}$/.test(other) ? other : '' };
}

/** Where a moment of a workspace is looked at. */
export function momentLink(id: string, point: string, to: { path?: string; with?: string } = {}): string {
  const query = new URLSearchParams(Object.entries(to).filter(([, value]) => value)).toString();
  return `#/workspace/${id}/points/${point}${query ? `?${query}` : ''}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text).trim();
  } catch {
    return text.trim(); // a lone % that no browser escaped
  }
}

/** The path of "to=<path>"; the front page where it is none, or one that a browser would take for another host's. */
function pathIn(query: string | undefined): string {
  if (!query?.startsWith('to=')) return '/';
  const to = new URLSearchParams(query).get('to') ?? '/';
  const base = 'http://here.invalid';
  if (!to.startsWith('/') || to.startsWith('//') || /[\\\s\u0000-\u001f]/.test(to)) return '/';
  try {
    return new URL(to, base).origin === base ? to : '/';
  } catch {
    return '/';
  }
}

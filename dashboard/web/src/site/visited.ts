// Which workspaces' editors this browser has shown: their pages can be gone to while the workspaces start.

const KEY = 'berth.visited';
/** The ones visited last; an id has 44 characters at most. */
const MOST = 50;

function all(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((each): each is string => typeof each === 'string') : [];
  } catch {
    return [];
  }
}

export function visited(id: string): boolean {
  return all().includes(id);
}

export function visit(id: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([id, ...all().filter((each) => each !== id)].slice(0, MOST)));
  } catch {
    // Without a place to note it the start is seen on the dashboard's own page.
  }
}

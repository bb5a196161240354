// Which terminals lie where, and which one has the keys.

import { computed, effect, signal, untracked } from '@preact/signals';
import { theme } from '../shared/theme.tsx';
import { beside, grown, leaves, parsed, reconciled, split, type Pane, type Side } from './layout.ts';
import { Screen } from './screen.ts';
import { endTerminal, newTerminal, readTerminals, terminals } from './supervisor.ts';

// Of this browser tab only: another one may lie differently.
const KEPT_LAYOUT = 'berth.layout';
const KEPT_FOCUS = 'berth.focus';

export const tabs = signal<Pane[]>(parsed(sessionStorage.getItem(KEPT_LAYOUT)));
/** The terminal that has the keys, or had them last. */
export const focused = signal<string | undefined>(sessionStorage.getItem(KEPT_FOCUS) ?? undefined);
export const tab = computed(() => tabs.value.find((each) => leaves(each).includes(focused.value ?? '')) ?? tabs.value[0]);
/** One for each terminal that was shown; made at its first show. */
export const screens = signal<ReadonlyMap<string, Screen>>(new Map());
const fresh = new Set<string>();

effect(() => {
  const there = terminals.value;
  if (!there) return;
  untracked(() => {
    const ids = there.map((each) => each.id);
    const next = reconciled(tabs.value, ids);
    if (JSON.stringify(next) !== JSON.stringify(tabs.value)) tabs.value = next;
    if (!ids.includes(focused.value ?? '')) focused.value = next[0] && leaves(next[0])[0];
    const lost = [...screens.value].filter(([id]) => !ids.includes(id));
    if (lost.length === 0) return;
    for (const [, screen] of lost) screen.dispose();
    screens.value = new Map([...screens.value].filter(([id]) => ids.includes(id)));
  });
});
effect(() => {
  if (!terminals.value) return; // what was kept is not to be lost before we know
  sessionStorage.setItem(KEPT_LAYOUT, JSON.stringify(tabs.value));
  sessionStorage.setItem(KEPT_FOCUS, focused.value ?? '');
});
effect(() => {
  const now = theme();
  for (const screen of screens.peek().values()) screen.setTheme(now);
});

export function screen(id: string): Screen {
  const known = screens.peek().get(id);
  if (known) return known;
  const made = new Screen(id, fresh.has(id), untracked(theme), key);
  screens.value = new Map([...screens.peek(), [id, made]]);
  return made;
}

export function focus(id: string): void {
  focused.value = id;
  // A pane that was hidden is laid out first.
  requestAnimationFrame(() => screens.peek().get(id)?.focus());
}

/** Opens a terminal: in a tab of its own, or beside the one that has the keys. */
export async function open(where: 'tab' | 'row' | 'column'): Promise<void> {
  const from = focused.value;
  const size = (from && screens.value.get(from)?.size) || { cols: 80, rows: 24 };
  const id = await newTerminal(
    where === 'row' ? Math.max(20, size.cols >> 1) : size.cols,
    where === 'column' ? Math.max(5, size.rows >> 1) : size.rows,
  );
  if (!id) return;
  fresh.add(id);
  if (where !== 'tab' && from) {
    tabs.value = tabs.value
      .map((each) => (leaves(each).includes(from) ? split(each, from, where, id) : each))
      .filter((each) => each.kind === 'split' || each.terminal !== id);
  }
  focus(id);
}

export async function close(id: string): Promise<void> {
  const here = tab.value;
  const others = here ? leaves(here).filter((each) => each !== id) : [];
  const index = here ? tabs.value.indexOf(here) : 0;
  const nearby = tabs.value[index + 1] ?? tabs.value[index - 1];
  await endTerminal(id);
  if (focused.value === id || !focused.value || !terminals.value?.some((each) => each.id === focused.value)) {
    const next = others[0] ?? (nearby && leaves(nearby)[0]);
    if (next) focus(next);
  } else {
    focus(focused.value);
  }
}

const SIDES: Record<string, Side> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

/** The page's own keys; whether it was one. All have Ctrl and Shift, which no terminal program can see. */
export function key(event: KeyboardEvent): boolean {
  if (!event.ctrlKey || !event.shiftKey || event.metaKey) return false;
  const side = SIDES[event.code];
  const wish = side ? 'go' : event.code === 'Backquote' ? 'new' : event.code === 'Digit5' ? 'split' : undefined;
  if (!wish) return false;
  event.preventDefault();
  if (event.type !== 'keydown') return true;
  if (side && event.altKey) grow(side);
  else if (side) go(side);
  else void open(wish === 'new' ? 'tab' : 'row');
  return true;
}

/** To the pane on that side, or from the last one to the tab on that side. */
function go(side: Side): void {
  const here = tab.value;
  if (!here || !focused.value) return;
  const next = beside(here, focused.value, side);
  if (next) {
    focus(next);
    return;
  }
  const step = side === 'left' ? -1 : side === 'right' ? 1 : 0;
  const other = step && tabs.value[tabs.value.indexOf(here) + step];
  if (other) focus(leaves(other)[0] ?? focused.value);
}

function grow(side: Side): void {
  const here = tab.value;
  const id = focused.value;
  if (here && id) change(here, grown(here, id, side));
}

export function change(old: Pane, next: Pane): void {
  tabs.value = tabs.value.map((each) => (each === old ? next : each));
}

addEventListener('online', () => {
  for (const each of screens.peek().values()) each.refresh();
});
addEventListener('focus', () => {
  void readTerminals(); // some may have been opened elsewhere
  const here = untracked(() => tab.value);
  for (const id of here ? leaves(here) : []) screens.peek().get(id)?.claimSize();
});

// How terminals lie in a tab: a tree of splits with terminals as its leaves. All functions are pure.

export type Pane =
  | { kind: 'leaf'; terminal: string }
  | { kind: 'split'; direction: 'row' | 'column'; ratio: number; first: Pane; second: Pane };

export type Side = 'left' | 'right' | 'up' | 'down';

/** A part of the tab's area, each number from 0 to 1. */
export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The line between the halves of a split; `path` leads to it from the root, 0 for the first half. */
export interface Divider {
  path: number[];
  direction: 'row' | 'column';
  area: Area;
  ratio: number;
}

const WHOLE: Area = { x: 0, y: 0, width: 1, height: 1 };
// So that each half can still be grabbed.
const LEAST = 0.1;

export function leaves(pane: Pane): string[] {
  return pane.kind === 'leaf' ? [pane.terminal] : [...leaves(pane.first), ...leaves(pane.second)];
}

export function split(pane: Pane, at: string, direction: 'row' | 'column', added: string): Pane {
  if (pane.kind === 'split') {
    return { ...pane, first: split(pane.first, at, direction, added), second: split(pane.second, at, direction, added) };
  }
  if (pane.terminal !== at) return pane;
  return { kind: 'split', direction, ratio: 0.5, first: pane, second: { kind: 'leaf', terminal: added } };
}

/** The tree with only the leaves that `keep` says; nothing where none is left. */
export function only(pane: Pane, keep: (terminal: string) => boolean): Pane | undefined {
  if (pane.kind === 'leaf') return keep(pane.terminal) ? pane : undefined;
  const first = only(pane.first, keep);
  const second = only(pane.second, keep);
  return first && second ? { ...pane, first, second } : (first ?? second);
}

export function areas(pane: Pane, area: Area = WHOLE): Map<string, Area> {
  if (pane.kind === 'leaf') return new Map([[pane.terminal, area]]);
  const [first, second] = halves(pane, area);
  return new Map([...areas(pane.first, first), ...areas(pane.second, second)]);
}

export function dividers(pane: Pane, area: Area = WHOLE, path: number[] = []): Divider[] {
  if (pane.kind === 'leaf') return [];
  const [first, second] = halves(pane, area);
  return [
    { path, direction: pane.direction, area, ratio: pane.ratio },
    ...dividers(pane.first, first, [...path, 0]),
    ...dividers(pane.second, second, [...path, 1]),
  ];
}

function halves(pane: Pane & { kind: 'split' }, { x, y, width, height }: Area): [Area, Area] {
  const { ratio } = pane;
  return pane.direction === 'row'
    ? [
        { x, y, width: width * ratio, height },
        { x: x + width * ratio, y, width: width * (1 - ratio), height },
      ]
    : [
        { x, y, width, height: height * ratio },
        { x, y: y + height * ratio, width, height: height * (1 - ratio) },
      ];
}

export function withRatio(pane: Pane, path: number[], ratio: number): Pane {
  if (pane.kind === 'leaf') return pane;
  const [step, ...rest] = path;
  if (step === undefined) return { ...pane, ratio: Math.min(1 - LEAST, Math.max(LEAST, ratio)) };
  return step === 0 ? { ...pane, first: withRatio(pane.first, rest, ratio) } : { ...pane, second: withRatio(pane.second, rest, ratio) };
}

/** The terminal that lies beside `from`, the one that shares most of the edge. */
export function beside(pane: Pane, from: string, side: Side): string | undefined {
  const all = areas(pane);
  const here = all.get(from);
  if (!here) return undefined;
  const near = (a: number, b: number) => Math.abs(a - b) < 1e-6;
  const overlap = (a: number, b: number, c: number, d: number) => Math.min(b, d) - Math.max(a, c);
  let best: string | undefined;
  let most = 1e-6;
  for (const [terminal, area] of all) {
    const touches =
      (side === 'left' && near(area.x + area.width, here.x)) ||
      (side === 'right' && near(here.x + here.width, area.x)) ||
      (side === 'up' && near(area.y + area.height, here.y)) ||
      (side === 'down' && near(here.y + here.height, area.y));
    const shared =
      side === 'left' || side === 'right'
        ? overlap(area.y, area.y + area.height, here.y, here.y + here.height)
        : overlap(area.x, area.x + area.width, here.x, here.x + here.width);
    if (touches && shared > most) {
      best = terminal;
      most = shared;
    }
  }
  return best;
}

/** Moves the nearest divider that `from` has in that direction; the pane grows where it can. */
export function grown(pane: Pane, from: string, side: Side): Pane {
  const direction = side === 'left' || side === 'right' ? 'row' : 'column';
  const near = dividers(pane)
    .filter((divider) => divider.direction === direction && leaves(at(pane, divider.path)).includes(from))
    .at(-1);
  if (!near) return pane;
  return withRatio(pane, near.path, near.ratio + (side === 'right' || side === 'down' ? 0.05 : -0.05));
}

function at(pane: Pane, path: number[]): Pane {
  const [step, ...rest] = path;
  if (step === undefined || pane.kind === 'leaf') return pane;
  return at(step === 0 ? pane.first : pane.second, rest);
}

/** The tabs for the terminals that are there: lost ones leave, new ones come as tabs at the end. */
export function reconciled(tabs: Pane[], terminals: string[]): Pane[] {
  const there = new Set(terminals);
  const kept = tabs.map((tab) => only(tab, (terminal) => there.has(terminal))).filter((tab) => tab !== undefined);
  const shown = new Set(kept.flatMap(leaves));
  return [...kept, ...terminals.filter((terminal) => !shown.has(terminal)).map((terminal): Pane => ({ kind: 'leaf', terminal }))];
}

/** Reads what an earlier page wrote; anything else is no layout. A terminal stands in it once. */
export function parsed(json: string | null): Pane[] {
  try {
    const tabs: unknown = JSON.parse(json ?? '[]');
    if (!Array.isArray(tabs) || !tabs.every((tab) => isPane(tab, 8))) return [];
    const all = (tabs as Pane[]).flatMap(leaves);
    return new Set(all).size === all.length ? (tabs as Pane[]) : [];
  } catch {
    return [];
  }
}

function isPane(value: unknown, depth: number): value is Pane {
  if (typeof value !== 'object' || value === null || depth === 0) return false;
  const pane = value as Record<string, unknown>;
  if (pane.kind === 'leaf') return typeof pane.terminal === 'string';
  return (
    pane.kind === 'split' &&
    (pane.direction === 'row' || pane.direction === 'column') &&
    typeof pane.ratio === 'number' &&
    pane.ratio >= LEAST &&
    pane.ratio <= 1 - LEAST &&
    isPane(pane.first, depth - 1) &&
    isPane(pane.second, depth - 1)
  );
}

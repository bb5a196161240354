// What is known of the hops that an installation needs, and in which order people see it.

export type Outcome =
  | { kind: 'good'; words: string }
  | { kind: 'doubtful'; what: string; why: string; remedy: string }
  | { kind: 'bad'; what: string; why: string; remedy: string }
  | { kind: 'skipped'; why: string };

export interface Result {
  code: string;
  hop: string;
  outcome: Outcome;
}

export interface CheckRun {
  by: string;
  version: string;
  began: string;
  ended: string;
  results: Result[];
}

export interface Checks {
  /** Since when control checks; nothing where it does not now. */
  running?: string;
  /** What control found last. */
  last?: CheckRun;
  /** What `berth install check` found last. */
  recorded?: CheckRun;
}

export interface Group {
  title: string;
  results: Result[];
}

/** By the first digit of a code, as docs/operate/install-on-kubernetes.md has them. */
const TITLES: Record<string, string> = {
  '1': 'Cluster',
  '2': 'Machines',
  '3': 'Storage',
  '4': 'Certificate',
  '5': 'The way in',
  '6': 'Tried with pods',
  '7': 'Database and object store',
  '8': 'The way in, from inside',
  '9': 'Berth’s own parts',
};

const WEIGHT: Record<Outcome['kind'], number> = { bad: 0, doubtful: 1, good: 2, skipped: 3 };

const weight = (result: Result) => WEIGHT[result.outcome.kind] ?? 3;

/** Hops of one kind together; what is bad comes first, among groups and within them. */
export function groups(results: Result[]): Group[] {
  const all = new Map<string, Result[]>();
  for (const result of results) {
    const title = TITLES[result.code.charAt(1)] ?? 'More';
    all.set(title, [...(all.get(title) ?? []), result]);
  }
  const worst = (group: Group) => Math.min(1.5, ...group.results.map(weight));
  return Array.from(all)
    .map(([title, some]) => ({ title, results: some.sort((one, other) => weight(one) - weight(other)) }))
    .sort((one, other) => worst(one) - worst(other));
}

export function count(results: Result[], kind: Outcome['kind']): number {
  return results.filter((result) => result.outcome.kind === kind).length;
}

/** Programs in workspaces that call the installation itself need it, and nothing else does. */
const HAIRPIN = 'B8';

/** The hops that are bad and in the way of work, each once. */
export function badHops(checks: Checks | undefined): string[] {
  const bad = checks?.last?.results.filter((result) => result.outcome.kind === 'bad' && !result.code.startsWith(HAIRPIN)) ?? [];
  return [...new Set(bad.map((result) => result.hop))];
}

/** All of a run in one sentence. */
export function sum(results: Result[]): string {
  const bad = count(results, 'bad');
  const doubtful = count(results, 'doubtful');
  const doubts = doubtful === 0 ? '' : doubtful === 1 ? ', one is doubtful' : `, ${doubtful} are doubtful`;
  if (bad > 0) return `${bad} of ${results.length} checks ${bad === 1 ? 'is' : 'are'} bad${doubts}.`;
  return `Nothing is bad${doubts}.`;
}

// Which context URLs open without a question, wherever their link was: an opened repository's tasks run at once, with its owner's variables and logins.

/** What is at a URL that names a repository or a branch of it, and nothing that strangers could have written. */
export type Known = { host: string; owner: string; repository: string };

/** Without "..", "%" or "@": what is read here and what the server reads must be the same. */
const PLAIN = /^https?:\/\/([a-z0-9][a-z0-9.-]*(?::\d+)?)\/([\w-][\w.-]*)\/([\w-][\w.-]*?)(?:\.git)?(?:\/(.*))?$/i;
const BRANCH = /^(?:-\/)?(?:tree|src\/branch)\/((?:[\w-][\w.-]*\/)*[\w-][\w.-]*)$/;
const COMMIT = /^[0-9a-f]{7,64}$/i;

/**
 * The repository at `url`. Nothing for pull requests and commits, which anybody may write who may
 * write to nothing else there, and for URLs that set variables.
 */
export function known(url: string): Known | undefined {
  const match = PLAIN.exec(url);
  if (!match?.[1] || !match[2] || !match[3]) return undefined;
  const rest = (match[4] ?? '').replace(/\/$/, '');
  if (rest !== '') {
    const branch = BRANCH.exec(rest)?.[1];
    if (!branch || COMMIT.test(branch)) return undefined;
  }
  return { host: match[1].toLowerCase(), owner: match[2].toLowerCase(), repository: match[3].toLowerCase() };
}

/** The same for what a workspace was cloned from, whatever it shows of it. */
export function isSame(one: Known, cloneUrl: string): boolean {
  const other = known(cloneUrl);
  return other?.host === one.host && other.owner === one.owner && other.repository === one.repository;
}

const ALWAYS = 'berth.always';
/** Hosts with owners; more nobody chooses. */
const MOST = 500;

export function place(one: Known): string {
  return `${one.host}/${one.owner}`;
}

export function isAlways(one: Known): boolean {
  return always().includes(place(one));
}

export function keepAlways(one: Known): void {
  if (isAlways(one)) return;
  localStorage.setItem(ALWAYS, JSON.stringify([...always(), place(one)].slice(-MOST)));
}

function always(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(ALWAYS) ?? '[]');
    return Array.isArray(kept) ? kept.filter((place) => typeof place === 'string') : [];
  } catch {
    return [];
  }
}

// Whether all that the installation needs is there, for who administers it.

import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { CopyButton } from '../shared/copy.tsx';
import { Icon, type IconName } from '../shared/icons.tsx';
import { duration, printable } from '../shared/text.ts';
import { ask, type Answer, type Failure } from './api.ts';
import { badHops, groups, sum, type CheckRun, type Checks, type Outcome, type Result } from './checks.ts';
import { Ago, Trouble } from './parts.tsx';

const PATH = '/api/v1/installation/checks';

// Somebody waits for it.
const RUNNING_MS = 700;
// Control checks by itself every ten minutes.
const ASKED_EACH_MS = 60_000;

const checks = signal<Checks | undefined>(undefined);
/** Whether who is here may see them. */
export const administers = signal(false);

/** Asks what is bad for as long as the page is there; once for who may not know. */
export async function followChecks(): Promise<void> {
  const answer = document.hidden ? undefined : await ask<Checks>('GET', PATH);
  if (answer?.ok) {
    checks.value = answer.value;
    administers.value = true;
  }
  if (answer && !answer.ok && answer.status === 403) return;
  setTimeout(() => void followChecks(), ASKED_EACH_MS);
}

/** Says on the front page that something is bad; nothing while all is well. */
export function ChecksNote() {
  const bad = badHops(checks.value);
  if (bad.length === 0) return null;
  const named = bad.slice(0, 3).map((hop) => printable(hop, 80));
  return (
    <p class="checks-note" role="status">
      <Icon name="alert" />
      <span>
        Not well: {named.join(', ')}
        {bad.length > named.length && ` and ${bad.length - named.length} more`}. <a href="#/installation">See the checks</a>
      </span>
    </p>
  );
}

export function InstallationPage() {
  const failure = useSignal<Failure | undefined>(undefined);
  const take = (answer: Answer<Checks>) => {
    failure.value = answer.ok ? undefined : answer.failure;
    if (answer.ok) checks.value = answer.value;
  };
  const view = checks.value;
  const running = view?.running !== undefined;
  // None was made yet: control makes the first one some seconds after its beginning.
  const coming = running || (view !== undefined && view.last === undefined);
  useEffect(() => {
    const load = () => void ask<Checks>('GET', PATH).then(take);
    load();
    if (!coming) return;
    const again = setInterval(load, RUNNING_MS);
    return () => clearInterval(again);
  }, [coming]);
  return (
    <section class="detail installation">
      <a class="back" href="#/">
        ← Workspaces
      </a>
      <div class="installation-head">
        <h1>Installation</h1>
        <button type="button" class="button" disabled={running} onClick={() => void ask<Checks>('POST', PATH).then(take)}>
          {running ? <span class="spinner" aria-hidden="true" /> : <Icon name="check" />} {running ? 'Checking …' : 'Check now'}
        </button>
      </div>
      <p class="quiet">Whether all that workspaces need is there: each hop is tried, not only looked up.</p>
      {failure.value && <Trouble failure={failure.value} />}
      <div role="status">
        {!view && !failure.value && <p class="quiet">Asking …</p>}
        {view && !view.last && <p class="quiet">Control is checking for the first time since it began …</p>}
        {view?.last && <p class="strong">{sum(view.last.results)}</p>}
      </div>
      {view?.last && <Run run={view.last} title="Now" verb="Checked" />}
      {view?.recorded && (
        <>
          <h2>
            As <code>berth install check</code> found it
          </h2>
          <p class="quiet">From the machine of who installs, and with pods that try things out. {sum(view.recorded.results)}</p>
          <Run run={view.recorded} title="As berth install check found it" verb="Made" />
        </>
      )}
    </section>
  );
}

function Run({ run, title, verb }: { run: CheckRun; title: string; verb: string }) {
  return (
    <div aria-label={title} role="group">
      <p class="quiet checks-when">
        {verb} <Ago time={run.ended} /> by <bdi>{printable(run.by, 120)}</bdi>, Berth {printable(run.version, 40)}, in{' '}
        {duration(Date.parse(run.ended) - Date.parse(run.began))}.
      </p>
      {groups(run.results).map((group) => (
        <section class="check-group" aria-label={group.title} key={group.title}>
          <h3>{group.title}</h3>
          <ul class="ports">
            {group.results.map((result, place) => (
              <Hop result={result} key={`${result.code} ${result.hop} ${place}`} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

const LOOKS: Record<Outcome['kind'], { word: string; look: string; icon: IconName }> = {
  good: { word: 'OK', look: 'running', icon: 'check' },
  doubtful: { word: 'Doubtful', look: 'doubt', icon: 'alert' },
  bad: { word: 'Bad', look: 'failed', icon: 'alert' },
  skipped: { word: 'Skipped', look: 'off', icon: 'pause' },
};

function Hop({ result: { code, hop, outcome } }: { result: Result }) {
  const look = LOOKS[outcome.kind];
  return (
    <li class="check">
      <span class={`state ${look.look}`}>
        <span class="state-icon" aria-hidden="true">
          <Icon name={look.icon} />
        </span>
        {look.word}
      </span>
      <div class="check-what">
        <p>
          <bdi class="strong">{printable(hop, 300)}</bdi> <Words outcome={outcome} />
        </p>
        {'remedy' in outcome && (
          <>
            <p class="quiet">{printable(outcome.why, 2000)}</p>
            <p class="check-remedy">
              <span>{printable(outcome.remedy, 4000)}</span>
              <CopyButton text={outcome.remedy} what="what to do" />
            </p>
            <p class="quiet check-doc">
              More of {printable(code, 20)}: <code>docs/operate/install-on-kubernetes.md</code>
            </p>
          </>
        )}
      </div>
      <code class="check-code">{printable(code, 20)}</code>
    </li>
  );
}

function Words({ outcome }: { outcome: Outcome }) {
  switch (outcome.kind) {
    case 'good':
      return <span class="quiet">{printable(outcome.words, 2000)}</span>;
    case 'skipped':
      return <span class="quiet">{printable(outcome.why, 2000)}</span>;
    case 'doubtful':
    case 'bad':
      return <span>{printable(outcome.what, 4000)}</span>;
  }
}

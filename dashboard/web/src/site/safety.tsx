import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { bytes, duration, printable } from '../shared/text.ts';
import { ask, type Answer, type Failure } from './api.ts';
import { Ago, Trouble } from './parts.tsx';

type Ended = { began: string; ended: string };
type Failed = { kind: 'failed'; what: string; remedy: string } & Ended;
type Going = { kind: 'running'; began: string };

type Check = Going | Failed | ({ kind: 'done'; packs: number; points: number; damages: { where: string; what: string }[]; more: number; healed: { where: string; what: string }[] } & Ended);

interface Restored {
  workspace: string;
  point: string;
  at: string;
  recoveryPointMillis: number;
  recoveryTimeMillis: number;
  files: number;
  bytes: number;
  differences: string[];
  more: number;
}

type Drill = Going | Failed | ({ kind: 'done'; workspaces: Restored[] } & Ended);

// Somebody waits for it.
const GOING_MS = 1_000;

/** Whether what was saved can be had again: what the last drill and the last check found. */
export function Safety() {
  return (
    <>
      <Section<Drill>
        path="/api/v1/drill"
        body={{}}
        title="Drill"
        verb="Begin a drill"
        words="Restores the newest saved moment of a few workspaces, by chance, into a folder of its own, compares every file with what was saved, and removes it again."
        show={(done) => (done.kind === 'done' ? <DrillResult workspaces={done.workspaces} /> : null)}
      />
      <Section<Check>
        path="/api/v1/check"
        title="Check"
        verb="Check all"
        words="Reads all that was saved, every byte, and says what is damaged and which files that touches."
        show={(done) => (done.kind === 'done' ? <CheckResult check={done} /> : null)}
      />
    </>
  );
}

interface SectionProps<T> {
  path: string;
  body?: unknown;
  title: string;
  verb: string;
  words: string;
  show: (view: T) => preact.ComponentChildren;
}

function Section<T extends Check | Drill>({ path, body, title, verb, words, show }: SectionProps<T>) {
  const last = useSignal<T | undefined>(undefined);
  const failure = useSignal<Failure | undefined>(undefined);
  const take = (answer: Answer<T>) => {
    if (answer.ok) last.value = answer.value;
    else if (answer.status !== 404) failure.value = answer.failure; // 404: there was none yet
  };
  const going = last.value?.kind === 'running';
  useEffect(() => {
    const load = () => void ask<T>('GET', path).then(take);
    if (!going) {
      load();
      return;
    }
    const again = setInterval(load, GOING_MS);
    return () => clearInterval(again);
  }, [going]);
  const begin = async () => {
    failure.value = undefined;
    take(await ask<T>('POST', path, body));
  };
  const view = last.value;
  return (
    <section aria-label={title}>
      <div class="log-head">
        <h2>{title}</h2>
        <button type="button" class="button" disabled={going} onClick={() => void begin()}>
          {verb}
        </button>
      </div>
      <p class="quiet">{words}</p>
      {failure.value && <Trouble failure={failure.value} />}
      <div role="status">
        {!view && <p class="quiet">There was none since the server began.</p>}
        {view?.kind === 'running' && (
          <p class="quiet">
            It goes on, since <Ago time={view.began} /> …
          </p>
        )}
        {view?.kind === 'failed' && <Trouble failure={view} />}
        {view && show(view)}
        {view?.kind === 'done' && (
          <p class="quiet">
            <Ago time={view.ended} />, took {duration(Date.parse(view.ended) - Date.parse(view.began))}.
          </p>
        )}
      </div>
    </section>
  );
}

function DrillResult({ workspaces }: { workspaces: Restored[] }) {
  return (
    <ul class="ports points">
      {workspaces.map((one) => (
        <li class="prebuild-row" key={one.workspace}>
          <div class="point-row">
            <span class={`change ${one.differences.length === 0 ? 'added' : 'removed'}`}>{one.differences.length === 0 ? 'As it was saved' : 'Not as it was saved'}</span>
            <span class="point-what">
              <a href={`#/workspace/${one.workspace}`}>
                <bdi>{printable(one.workspace, 80)}</bdi>
              </a>{' '}
              <span class="quiet">
                {one.files} files, {bytes(one.bytes)}
              </span>
            </span>
            <span class="quiet">
              recovery point {duration(one.recoveryPointMillis)}, time {duration(one.recoveryTimeMillis)}
            </span>
          </div>
          {one.differences.map((line) => (
            <p class="why">{printable(line, 500)}</p>
          ))}
        </li>
      ))}
    </ul>
  );
}

function CheckResult({ check }: { check: Extract<Check, { kind: 'done' }> }) {
  return (
    <>
      <Damages check={check} />
      {check.healed.length > 0 && (
        <>
          <p class="strong">Healed, from another copy of it. See that the disk is well.</p>
          <ul class="ports files" aria-label="Healed">
            {check.healed.map((one) => (
              <li class="damage">
                <bdi>{printable(one.where, 500)}</bdi> {printable(one.what, 300)}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Damages({ check }: { check: Extract<Check, { kind: 'done' }> }) {
  if (check.damages.length === 0) {
    return (
      <p>
        <span class="change added">All is well:</span> {check.points} saved moments, {check.packs} packs.
      </p>
    );
  }
  return (
    <>
      <Trouble
        failure={{ what: `There is damage: ${check.damages.length + check.more} findings.`, remedy: 'What is named below cannot be had from these moments; other moments may be whole.' }}
      />
      <ul class="ports files" aria-label="Damage">
        {check.damages.map((one) => (
          <li class="damage">
            <bdi>{printable(one.where, 500)}</bdi>: {printable(one.what, 300)}
          </li>
        ))}
      </ul>
      {check.more > 0 && <p class="quiet">… and {check.more} more.</p>}
    </>
  );
}

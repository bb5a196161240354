import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../shared/icons.tsx';
import { webUrl } from '../shared/links.ts';
import { duration, plainLog, printable, share } from '../shared/text.ts';
import { pressed, start, startWithDefaultImage, stop } from './actions.ts';
import { api, type StartStep, type Workspace } from './api.ts';
import { Branch, Findings, StateMark, Trouble } from './parts.tsx';
import { state, stepWord, steps } from './state.ts';
import { now, tickFast, workspaces } from './store.ts';
import { visit } from './visited.ts';

export function StartPage({ id, stay, to }: { id: string; stay: boolean; to: string }) {
  const workspace = workspaces.value?.get(id);
  if (!workspaces.value) return <p class="nothing">…</p>;
  return workspace ? <Start workspace={workspace} stay={stay} to={to} /> : <Missing id={id} />;
}

// The editor mostly answers before the files are there. Where it does not, the workspace's own page waits on, with the tasks' output.
const EDITOR_AWAITED_MS = 3000;

function Start({ workspace, stay, to }: { workspace: Workspace; stay: boolean; to: string }) {
  const seen = state(workspace);
  const url = webUrl(webUrl(workspace.url)?.replace(/\/$/, '') + to);
  const busy = pressed.value.has(workspace.id);
  const patient = useSignal(true);
  const runs = seen.look === 'running';
  useEffect(() => {
    if (!runs) return;
    patient.value = true;
    const timer = setTimeout(() => (patient.value = false), EDITOR_AWAITED_MS);
    return () => clearTimeout(timer);
  }, [runs]);
  const leaves = runs && !stay && !(patient.value && workspace.editor?.kind === 'starting');
  useEffect(() => {
    if (!leaves || !url) return;
    visit(workspace.id);
    location.replace(url);
  }, [leaves, url]);
  useEffect(() => (seen.look === 'busy' ? tickFast() : undefined), [seen.look]);
  const shown = steps(workspace);
  const { phase } = workspace;
  return (
    <section class="start">
      <header>
        <p class="eyebrow">
          <Branch workspace={workspace} />
        </p>
        <h1>
          <bdi>{printable(workspace.repository, 100)}</bdi>
        </h1>
        <StateMark state={seen} />
      </header>
      <p class="visually-hidden" role="status">
        {announcement(workspace)}
      </p>
      {phase.kind === 'failed' && seen.look === 'failed' && (
        <Trouble failure={phase}>
          <p class="note-buttons">
            <button type="button" class="button primary" disabled={busy} onClick={() => start(workspace)}>
              <Icon name="play" /> Try again
            </button>
            {workspace.image !== 'default' && (
              <button type="button" class="button" disabled={busy} onClick={() => startWithDefaultImage(workspace)}>
                Start with the default image
              </button>
            )}
            <a class="button" href={`#/workspace/${workspace.id}`}>
              Log and details
            </a>
          </p>
        </Trouble>
      )}
      {seen.look === 'off' && (
        <div class="stopped">
          <p>{printable(seen.why, 500)}</p>
          <p class="quiet">Its files are kept.</p>
          <button type="button" class="button primary large" disabled={busy} onClick={() => start(workspace)}>
            <Icon name="play" /> Start
          </button>
        </div>
      )}
      {seen.look !== 'off' && (shown.length > 0 || seen.word === 'Starting') && <Steps steps={shown} going={seen.word === 'Starting'} />}
      {(builds(workspace) || (workspace.image === 'built' && seen.look === 'failed')) && <BuildLog id={workspace.id} />}
      {seen.look === 'running' && url && (
        <a class="button primary large" href={url}>
          <Icon name="open" /> Open the workspace
        </a>
      )}
      <Findings workspace={workspace} />
      <footer>
        {seen.can.stop && seen.look === 'busy' && (
          <button type="button" class="button" disabled={busy} onClick={() => stop(workspace)}>
            <Icon name="stop" /> Stop
          </button>
        )}
        <a class="button" href="#/">
          All workspaces
        </a>
        {seen.look !== 'failed' && (
          <a class="button" href={`#/workspace/${workspace.id}`}>
            Details
          </a>
        )}
      </footer>
    </section>
  );
}

/** Whether its image is being made now, which prints. */
function builds(workspace: Workspace): boolean {
  const { phase } = workspace;
  return workspace.image === 'built' && phase.kind === 'starting' && phase.steps.some((step) => step.name === 'image' && !step.ended);
}

const READ_EVERY_MS = 1000;
// As much as Berth keeps of it.
const LOG_CHARACTERS = 64 * 1024;

/** What the build printed, read again while it goes on. */
function BuildLog({ id }: { id: string }) {
  const text = useSignal('');
  const box = useRef<HTMLPreElement>(null);
  useEffect(() => {
    let gone = false;
    const read = async () => {
      const answer = await api.logs(id);
      if (gone || !answer.ok) return;
      const last = box.current;
      const follows = !last || last.scrollTop + last.clientHeight >= last.scrollHeight - 8;
      text.value = plainLog(answer.value, LOG_CHARACTERS);
      if (follows) requestAnimationFrame(() => box.current?.scrollTo({ top: box.current.scrollHeight }));
    };
    void read();
    const timer = setInterval(() => void read(), READ_EVERY_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [id]);
  return (
    text.value !== '' && (
      <pre ref={box} class="log" tabIndex={0} aria-label="What the build of the image printed">
        {text.value}
      </pre>
    )
  );
}

// What each start goes through; drawn before they begin, so that nothing jumps.
const EXPECTED = ['image', 'files', 'network', 'container', 'boot', 'content'];

/** The steps of a start with their durations, those to come in grey while it goes on. */
export function Steps({ steps: made, going }: { steps: StartStep[]; going: boolean }) {
  const coming = going ? EXPECTED.filter((name) => !made.some((step) => step.name === name)) : [];
  return (
    <ol class="steps">
      {made.map((step) => (
        <Step key={step.name} step={step} going={going} />
      ))}
      {coming.map((name) => (
        <li key={name} class="step coming">
          <span class="step-mark" aria-hidden="true" />
          <span class="step-name">{stepWord(name)}</span>
          <span class="step-detail" />
          <span class="step-time" />
        </li>
      ))}
    </ol>
  );
}


function Step({ step, going }: { step: StartStep; going: boolean }) {
  const done = step.ended !== undefined;
  const took = (done ? Date.parse(step.ended ?? '') : now.value) - Date.parse(step.began);
  const part = done ? undefined : share(step.detail);
  return (
    <li class={`step ${done ? 'done' : going ? 'now' : 'broken'}`}>
      <span class="step-mark" aria-hidden="true">
        {done ? <Icon name="check" /> : going ? <span class="spinner" /> : <Icon name="cross" />}
      </span>
      <span class="step-name">{printable(stepWord(step.name), 40)}</span>
      <span class="step-detail">
        <bdi>{printable(step.detail, 160)}</bdi>
        {going && part !== undefined && <progress max={1} value={part} aria-label={`${stepWord(step.name)}: ${Math.round(part * 100)} %`} />}
      </span>
      <span class="step-time">{done || going ? duration(took) : ''}</span>
    </li>
  );
}

function announcement(workspace: Workspace): string {
  const { phase } = workspace;
  if (phase.kind !== 'starting') return `${printable(workspace.repository, 80)}: ${state(workspace).word}`;
  const current = phase.steps.find((step) => !step.ended);
  return current ? `Starting: ${stepWord(current.name)}` : 'Starting';
}

export function Missing({ id }: { id: string }) {
  return (
    <section class="empty">
      <h1>There is no such workspace</h1>
      <p>
        <code>{printable(id, 80)}</code> was deleted, or it belongs to somebody else, or the address has a slip in it.
      </p>
      <p class="note-buttons">
        <a class="button primary" href="#/">
          All workspaces
        </a>
        <a class="button" href="#/deleted">
          Recently deleted
        </a>
      </p>
    </section>
  );
}

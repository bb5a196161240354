import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { CopyButton } from '../shared/copy.tsx';
import { Dialog } from '../shared/dialog.tsx';
import { Icon } from '../shared/icons.tsx';
import { webUrl } from '../shared/links.ts';
import { bytes, plainLog, printable } from '../shared/text.ts';
import { pin, pressed, setVisibility } from './actions.ts';
import { api, type Failure, type Workspace, type WorkspacePort } from './api.ts';
import { Actions, Ago, Branch, Findings, Goes, StateMark, Trouble, Until } from './parts.tsx';
import { DefinitionFacts } from './definition.tsx';
import { Points } from './points.tsx';
import { SshWays } from './ssh.tsx';
import { Missing, Steps } from './start.tsx';
import { state, steps } from './state.ts';
import { tickFast, visitor, workspaces } from './store.ts';

export function DetailPage({ id }: { id: string }) {
  const workspace = workspaces.value?.get(id);
  if (!workspaces.value) return <p class="nothing">…</p>;
  return workspace ? <Detail workspace={workspace} /> : <Missing id={id} />;
}

function Detail({ workspace }: { workspace: Workspace }) {
  const seen = state(workspace);
  useEffect(() => (seen.word === 'Starting' ? tickFast() : undefined), [seen.word]);
  const context = webUrl(workspace.contextUrl);
  const size = visitor.value.kind === 'user' ? visitor.value.me.sizes.find((each) => each.name === workspace.size) : undefined;
  return (
    <section class="detail">
      <header>
        <a class="back" href="#/">
          ← Workspaces
        </a>
        <h1>
          <bdi>{printable(workspace.repository, 100)}</bdi>
        </h1>
        <div class="detail-head">
          <StateMark state={seen} />
          <Branch workspace={workspace} />
          <Actions workspace={workspace} />
        </div>
      </header>
      {workspace.phase.kind === 'failed' && seen.look === 'failed' ? (
        <Trouble failure={workspace.phase} />
      ) : (
        seen.why && <p class="why">{printable(seen.why, 500)}</p>
      )}
      <Goes workspace={workspace} />
      <Findings workspace={workspace} />

      <h2>Ports</h2>
      <Ports workspace={workspace} />
      <SshWays workspace={workspace} />
      <Points key={workspace.id} workspace={workspace} />
      <DefinitionFacts key={`${workspace.id} definition`} workspace={workspace} />

      <div class="halves">
        <div>
          <h2>Last start</h2>
          {steps(workspace).length > 0 ? (
            <Steps steps={steps(workspace)} going={seen.word === 'Starting'} />
          ) : (
            <p class="quiet">It was not started yet.</p>
          )}
        </div>
        <div>
          <h2>About it</h2>
          <dl class="facts">
            <dt>Opened from</dt>
            <dd>
              {context ? (
                <a href={context} target="_blank" rel="noopener noreferrer">
                  <bdi>{printable(workspace.contextUrl, 200)}</bdi>
                </a>
              ) : (
                <bdi>{printable(workspace.contextUrl, 200)}</bdi>
              )}
            </dd>
            {workspace.commit && (
              <>
                <dt>Commit</dt>
                <dd>
                  <code title={printable(workspace.commit)}>{printable(workspace.commit.slice(0, 12))}</code>
                  <CopyButton text={workspace.commit} what="the commit’s hash" />
                </dd>
              </>
            )}
            {workspace.ref && (
              <>
                <dt>Ref</dt>
                <dd>
                  <bdi>{printable(workspace.ref, 200)}</bdi>
                </dd>
              </>
            )}
            {workspace.prebuild && (
              <>
                <dt>Began with</dt>
                <dd>
                  the <a href="#/prebuilds">prebuild</a> of{' '}
                  <code title={printable(workspace.prebuild.commit)}>{printable(workspace.prebuild.commit.slice(0, 12))}</code>
                  {!workspace.prebuild.exact && ', an older commit: init was run again on top of it'}
                </dd>
              </>
            )}
            <dt>Size</dt>
            <dd>
              {printable(workspace.size, 60)}
              {size && `: ${size.cpuMillis / 1000} CPU, ${bytes(size.memoryBytes)} of memory`}
            </dd>
            <dt>Created</dt>
            <dd>
              <Ago time={workspace.createdAt} />
            </dd>
            <dt>Last active</dt>
            <dd>
              <Ago time={workspace.lastActiveAt} />
            </dd>
            <dt>Kept</dt>
            <dd class="kept">
              <Kept workspace={workspace} />
            </dd>
            <dt>Name</dt>
            <dd>
              <code>{printable(workspace.id)}</code>
              <CopyButton text={workspace.id} what="the name" />
            </dd>
          </dl>
        </div>
      </div>
      <Logs key={workspace.id} id={workspace.id} />
    </section>
  );
}

/** How long it stays where nobody uses it. */
function Kept({ workspace }: { workspace: Workspace }) {
  return (
    <>
      <span>
        {workspace.pinned ? (
          'until you delete it: pinned'
        ) : workspace.keptUntil ? (
          <>
            until <Until time={workspace.keptUntil} /> where nobody uses it before
          </>
        ) : (
          'until you delete it'
        )}
      </span>
      <button type="button" class="button" disabled={pressed.value.has(workspace.id)} onClick={() => pin(workspace, !workspace.pinned)}>
        {workspace.pinned ? 'Unpin' : 'Pin'}
      </button>
    </>
  );
}

function Ports({ workspace }: { workspace: Workspace }) {
  const toOpen = useSignal<WorkspacePort | undefined>(undefined);
  const asked = toOpen.value;
  if (workspace.ports.length === 0) {
    return <p class="quiet">Nothing is served yet. When a program in the workspace listens on a port, it appears here.</p>;
  }
  return (
    <>
      <ul class="ports">
        {workspace.ports.map((port) => (
          <PortRow key={port.port} workspace={workspace} port={port} onPublic={() => (toOpen.value = port)} />
        ))}
      </ul>
      {asked && (
        <Dialog title={`Make port ${asked.port} public?`} onClose={() => (toOpen.value = undefined)}>
          <p>Anyone who knows or guesses this address reaches the program behind it, without logging in:</p>
          <p class="dialog-url">{printable(asked.url, 200)}</p>
          <p>Do not do it for anything that shows secrets or runs commands.</p>
          <div class="dialog-buttons">
            <button type="button" class="button" onClick={() => (toOpen.value = undefined)}>
              Keep it private
            </button>
            <button
              type="button"
              class="button danger-solid"
              onClick={() => {
                toOpen.value = undefined;
                void setVisibility(workspace, asked.port, 'public');
              }}
            >
              Make it public
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function PortRow({ workspace, port, onPublic }: { workspace: Workspace; port: WorkspacePort; onPublic: () => void }) {
  const url = webUrl(port.url);
  const isPublic = port.visibility === 'public';
  return (
    <li class="port-row">
      <span class="port-number">{port.port}</span>
      <span class="port-what">
        <bdi>{printable(port.name ?? '', 60)}</bdi>
        {port.description && <span class="quiet">{printable(port.description, 120)}</span>}
      </span>
      <span class={`badge ${port.served ? 'good' : ''}`}>{port.served ? 'served' : 'not served'}</span>
      <button
        type="button"
        role="switch"
        class="switch"
        aria-checked={isPublic}
        aria-label={`Port ${port.port} is public`}
        disabled={pressed.value.has(workspace.id)}
        onClick={() => (isPublic ? void setVisibility(workspace, port.port, 'private') : onPublic())}
      >
        <span class="switch-track" aria-hidden="true" />
        <span class="switch-word">{isPublic ? 'public' : 'private'}</span>
      </button>
      <span class="port-links">
        {url && (
          <>
            <a class="icon-button" href={url} target="_blank" rel="noopener" aria-label={`Open port ${port.port}`} title={`Open port ${port.port}`}>
              <Icon name="open" />
            </a>
            <CopyButton text={url} what="its address" />
          </>
        )}
      </span>
    </li>
  );
}

// More than one reads, and little enough to lay out at once.
const LOG_CHARACTERS = 256 * 1024;

function Logs({ id }: { id: string }) {
  const text = useSignal<string | undefined>(undefined);
  const failure = useSignal<Failure | undefined>(undefined);
  const box = useRef<HTMLPreElement>(null);
  const load = async () => {
    const answer = await api.logs(id);
    if (answer.ok) {
      text.value = plainLog(answer.value, LOG_CHARACTERS);
      failure.value = undefined;
      requestAnimationFrame(() => box.current?.scrollTo({ top: box.current.scrollHeight }));
    } else {
      failure.value = answer.failure;
    }
  };
  useEffect(() => void load(), []);
  return (
    <>
      <div class="log-head">
        <h2>Log</h2>
        <button type="button" class="button" onClick={load}>
          Read again
        </button>
      </div>
      {failure.value && <Trouble failure={failure.value} />}
      {/* A box that scrolls can be reached by the keyboard. */}
      <pre ref={box} class="log" tabIndex={0} aria-label="Log of the workspace">
        {text.value === '' ? 'It says nothing yet.' : text.value}
      </pre>
    </>
  );
}

import { signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Dialog } from '../shared/dialog.tsx';
import { Icon, Logo } from '../shared/icons.tsx';
import { webUrl } from '../shared/links.ts';
import { printable } from '../shared/text.ts';
import { enter } from './actions.ts';
import type { Workspace } from './api.ts';
import { keepAlways, known, place } from './known.ts';
import { giveUp, open, opening } from './open.ts';
import { Actions, Ago, Branch, Goes, StateMark, Trouble } from './parts.tsx';
import { matching, state } from './state.ts';
import { list } from './store.ts';

const filter = signal('');
// From here on one does not see all rows at once.
const FILTER_FROM = 9;

export function ListPage() {
  const all = list.value;
  const shown = all && matching(all, all.length < FILTER_FROM ? '' : filter.value);
  return (
    <>
      <UrlField />
      <Announcer />
      {opening.value?.kind === 'existing' && <ExistingDialog url={opening.value.url} existing={opening.value.existing} />}
      {opening.value?.kind === 'confirm' && <ConfirmDialog url={opening.value.url} from={opening.value.from} />}
      {all && all.length >= FILTER_FROM && (
        <div class="list-head">
          <h1>Workspaces</h1>
          <input
            type="search"
            class="filter"
            placeholder="Filter"
            aria-label="Filter the workspaces"
            value={filter.value}
            onInput={(event) => (filter.value = event.currentTarget.value)}
          />
          <p class="visually-hidden" role="status">
            {filter.value && shown ? `${shown.length} of ${all.length} workspaces` : ''}
          </p>
        </div>
      )}
      {!shown ? (
        <Skeleton />
      ) : all?.length === 0 ? (
        <Empty />
      ) : shown.length === 0 ? (
        <p class="nothing">Nothing matches “{printable(filter.value, 60)}”.</p>
      ) : (
        <ul class="rows" aria-label="Workspaces">
          {shown.map((workspace) => (
            <Row key={workspace.id} workspace={workspace} />
          ))}
        </ul>
      )}
      {shown && (
        <p class="list-foot">
          <a href="#/deleted">Recently deleted</a>
        </p>
      )}
    </>
  );
}

/** Tells those who do not see the list what has changed in it. */
function Announcer() {
  const before = useRef(new Map<string, string>());
  const said = useRef('');
  const words = new Map((list.value ?? []).map((workspace) => [workspace.id, `${printable(workspace.repository, 80)}: ${state(workspace).word}`]));
  const changed = [...words].filter(([id, text]) => before.current.has(id) && before.current.get(id) !== text).map(([, text]) => text);
  if (changed.length > 0) said.current = changed.join(', ');
  before.current = words;
  return (
    <p class="visually-hidden" role="status">
      {said.current}
    </p>
  );
}

/** Set where the keys shall go to the URL field, which is not drawn yet. */
export const urlFieldWanted = signal(false);

function UrlField() {
  const field = useRef<HTMLInputElement>(null);
  const text = useSignal('');
  const now = opening.value;
  useEffect(() => {
    if (!now) return;
    text.value = now.url;
    if (now.kind === 'failed') field.current?.focus();
  }, [now]);
  useEffect(() => {
    if (!urlFieldWanted.value) return;
    urlFieldWanted.value = false;
    field.current?.select();
  }, [urlFieldWanted.value]);
  return (
    <section class="opener" aria-label="Open a repository">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const url = text.value.trim();
          if (url) void open(url, 'ask');
          else field.current?.focus();
        }}
      >
        <label class="visually-hidden" for="url">
          URL of a repository, branch, commit, issue or pull request
        </label>
        <input
          id="url"
          ref={field}
          type="text"
          inputMode="url"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          maxLength={2048}
          placeholder="Paste the URL of a repository, branch or pull request"
          value={text.value}
          aria-invalid={now?.kind === 'failed'}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <kbd aria-hidden="true">/</kbd>
        <button type="submit" class="button primary" disabled={now?.kind === 'asking'}>
          {now?.kind === 'asking' ? <span class="spinner" /> : <Icon name="plus" />} <span>Open</span>
        </button>
      </form>
      {(now?.kind === 'asking' || now?.kind === 'looking') && (
        <p class="opening" role="status">
          Looking at <bdi>{printable(now.url, 120)}</bdi> …
        </p>
      )}
      {now?.kind === 'failed' && <Trouble failure={now.failure} onClose={giveUp} />}
    </section>
  );
}

function Row({ workspace }: { workspace: Workspace }) {
  const seen = state(workspace);
  const served = workspace.ports.filter((port) => port.served);
  return (
    <li
      class="row"
      tabIndex={0}
      data-row={workspace.id}
      aria-label={`${printable(workspace.repository, 80)}, ${seen.word}`}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
        event.preventDefault();
        void enter(workspace, seen.can.open, seen.can.start);
      }}
    >
      <StateMark state={seen} />
      <div class="row-what">
        <p class="row-name">
          <a href={`#/workspace/${workspace.id}`} tabIndex={-1}>
            <bdi>{printable(workspace.repository, 100)}</bdi>
          </a>
          <Branch workspace={workspace} />
        </p>
        <p class="row-more">
          <Ago time={workspace.lastActiveAt} />
          {seen.why && <span class="why">{printable(seen.why, 200)}</span>}
          <Goes workspace={workspace} />
          {seen.look === 'busy' && <a href={`#/start/${workspace.id}?stay`}>show progress</a>}
          {served.slice(0, 4).map((port) => (
            <PortLink key={port.port} url={port.url} port={port.port} name={port.name} />
          ))}
          {served.length > 4 && <a href={`#/workspace/${workspace.id}`}>and {served.length - 4} more</a>}
        </p>
      </div>
      <Actions workspace={workspace} compact />
    </li>
  );
}

function PortLink({ url, port, name }: { url: string; port: number; name: string | undefined }) {
  const href = webUrl(url);
  const words = (
    <>
      {port}
      {name && <bdi> {printable(name, 24)}</bdi>}
    </>
  );
  return href ? (
    <a class="port" href={href} target="_blank" rel="noopener">
      {words}
    </a>
  ) : (
    <span class="port">{words}</span>
  );
}

function ExistingDialog({ url, existing }: { url: string; existing: Workspace[] }) {
  return (
    <Dialog title="You already have this open" onClose={giveUp}>
      <p class="dialog-url">
        <bdi>{printable(url, 200)}</bdi>
      </p>
      <ul class="choices">
        {existing.map((workspace) => {
          const seen = state(workspace);
          return (
            <li key={workspace.id}>
              <button
                type="button"
                class="choice"
                onClick={() => {
                  opening.value = undefined;
                  void enter(workspace, false, seen.can.start && !seen.can.open);
                }}
              >
                <StateMark state={seen} />
                <span class="choice-what">
                  <Branch workspace={workspace} />
                  <Ago time={workspace.lastActiveAt} />
                </span>
                <span class="choice-verb">{seen.can.start ? 'Start' : 'Open'}</span>
              </button>
            </li>
          );
        })}
      </ul>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={giveUp}>
          Cancel
        </button>
        <button type="button" class="button" onClick={() => open(url, 'create')}>
          <Icon name="plus" /> New workspace
        </button>
      </div>
    </Dialog>
  );
}

function ConfirmDialog({ url, from }: { url: string; from: string | undefined }) {
  const always = useSignal(false);
  const one = from ? undefined : known(url);
  const confirmed = () => {
    if (one && always.value) keepAlways(one);
    void open(url, 'ask');
  };
  return (
    <Dialog title={from ? 'Open another workspace?' : 'Open this?'} onClose={giveUp}>
      {from ? (
        <p>
          A page of the workspace <code>{printable(from, 120)}</code> asks to open this address for you:
        </p>
      ) : (
        <p>You have not opened this before. If you did not ask for it, a page that you visited did:</p>
      )}
      <p class="dialog-url">
        <bdi>{printable(url, 300)}</bdi>
      </p>
      <p>Open it only if you know it: its tasks run at once, with your variables and logins for it.</p>
      {one && (
        <label class="dialog-choice">
          <input type="checkbox" checked={always.value} onChange={(event) => (always.value = event.currentTarget.checked)} /> Always open repositories
          of <bdi>{printable(place(one), 120)}</bdi> without asking
        </label>
      )}
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={giveUp}>
          Cancel
        </button>
        <button type="button" autofocus class="button primary" onClick={confirmed}>
          Open it
        </button>
      </div>
    </Dialog>
  );
}

function Empty() {
  return (
    <section class="empty">
      <Logo />
      <h1>No workspaces yet</h1>
      <p>Paste the address of a git repository above and press Enter. A workspace with a terminal and the repository’s tasks starts by itself.</p>
      <ul class="hints">
        <li>
          <code>https://github.com/owner/repository</code>
          <span>its default branch</span>
        </li>
        <li>
          <code>…/tree/branch</code>
          <span>a branch</span>
        </li>
        <li>
          <code>…/pull/7</code>
          <span>a pull request</span>
        </li>
        <li>
          <code>berth open URL</code>
          <span>the same in a terminal</span>
        </li>
      </ul>
    </section>
  );
}

function Skeleton() {
  return (
    <ul class="rows" aria-hidden="true">
      <li class="row ghost" />
      <li class="row ghost" />
    </ul>
  );
}

import './site.css';
import './settings.css';
import { effect, signal, untracked } from '@preact/signals';
import { render } from 'preact';
import { Dialog } from '../shared/dialog.tsx';
import { Icon, Logo } from '../shared/icons.tsx';
import { printable } from '../shared/text.ts';
import { ThemeButton } from '../shared/theme.tsx';
import { logout, trouble } from './actions.ts';
import type { Me } from './api.ts';
import { DeletedPage } from './deleted.tsx';
import { DetailPage } from './detail.tsx';
import { ListPage, urlFieldWanted } from './list.tsx';
import { followStore, StoreBanner } from './carried.tsx';
import { EditorBanner, followEditor } from './editor.tsx';
import { administers, ChecksNote, followChecks, InstallationPage } from './installation.tsx';
import { MomentPage } from './moment.tsx';
import { openFromAddress, opening } from './open.ts';
import { RemoveDialog, Trouble } from './parts.tsx';
import { PrebuildsPage } from './prebuilds.tsx';
import { route, type Route } from './routes.ts';
import { SettingsPage } from './settings.tsx';
import { SshKeysPage } from './ssh.tsx';
import { Missing, StartPage } from './start.tsx';
import { state } from './state.ts';
import { begin, offline, visitor, workspaces } from './store.ts';

const here = signal<Route>(route(location.hash));
const helping = signal(false);

/** Follows the address. A context URL is taken out of it at once, and only when we know who asks. */
function follow(): void {
  const next = route(location.hash);
  if (next.page === 'context') {
    if (visitor.value.kind !== 'user') return;
    // Our own hash changes have the referrer of the first load; it is as good as then.
    openFromAddress(next.url, document.referrer);
    here.value = { page: 'opening' };
    return;
  }
  if (next.page === 'opening' && !opening.peek()) {
    location.replace('#/'); // a reload: what was asked for is in the list
    return;
  }
  if (next.page !== 'opening' && next.page !== here.peek().page) {
    opening.value = undefined;
    trouble.value = undefined;
    scrollTo(0, 0);
  }
  here.value = next;
}

function App() {
  const who = visitor.value;
  switch (who.kind) {
    case 'unknown':
      return <Frame>{null}</Frame>;
    case 'stranger':
      return (
        <Frame>
          <Login />
        </Frame>
      );
    case 'failed':
      return (
        <Frame>
          <Trouble failure={who.failure}>
            <p class="quiet">Trying again …</p>
          </Trouble>
        </Frame>
      );
    case 'user':
      return (
        <Frame me={who.me}>
          {trouble.value && <Trouble failure={trouble.value} onClose={() => (trouble.value = undefined)} />}
          <EditorBanner />
          <StoreBanner />
          <Page route={here.value} />
          <RemoveDialog />
          {helping.value && <Keys />}
        </Frame>
      );
  }
}

function Page({ route: to }: { route: Route }) {
  switch (to.page) {
    case 'list':
    case 'opening':
    case 'context':
      return (
        <>
          <ChecksNote />
          <ListPage />
        </>
      );
    case 'start':
      return <StartPage key={to.id} id={to.id} stay={to.stay} to={to.to} />;
    case 'workspace':
      return <DetailPage key={to.id} id={to.id} />;
    case 'moment':
      return <MomentPage key={`${to.id} ${to.point}`} place={to} />;
    case 'settings':
      return <SettingsPage key={to.tab} tab={to.tab} />;
    case 'prebuilds':
      return <PrebuildsPage />;
    case 'deleted':
      return <DeletedPage />;
    case 'installation':
      return <InstallationPage />;
    case 'ssh-keys':
      return <SshKeysPage />;
    case 'unknown':
      return <Missing id={location.hash} />;
  }
}

function Frame({ me, children }: { me?: Me; children: preact.ComponentChildren }) {
  return (
    <>
      <header class="top">
        <a class="brand" href="#/" aria-label="Berth: all workspaces">
          <Logo /> <span>Berth</span>
        </a>
        <div class="top-right">
          {me && (
            <>
              <span class="user" title={printable(me.user.id)}>
                <bdi>{printable(me.user.name, 40)}</bdi>
              </span>
              <a class="button plain" href="#/prebuilds">
                Prebuilds
              </a>
              <a class="button plain" href="#/settings/variables">
                Settings
              </a>
              <a class="icon-button" href="#/ssh-keys" aria-label="SSH keys" title="SSH keys">
                <Icon name="key" />
              </a>
              <button type="button" class="icon-button wide-only" aria-label="Keys" title="Keys (?)" onClick={() => (helping.value = true)}>
                <Icon name="keyboard" />
              </button>
            </>
          )}
          <ThemeButton />
          {me && (
            <button type="button" class="button plain" onClick={logout}>
              Log out
            </button>
          )}
        </div>
      </header>
      <div class={`offline ${me && offline.value ? 'shown' : ''}`} role="status">
        {me && offline.value && 'Berth does not answer. What you see may be old; trying again …'}
      </div>
      <main>{children}</main>
      <footer class="bottom">
        {me && <span>Berth {printable(me.version, 40)}</span>}
        {me && administers.value && <a href="#/installation">Checks</a>}
        <a href={licences()}>Licences</a>
      </footer>
    </>
  );
}

function Login() {
  return (
    <section class="empty">
      <Logo />
      <h1>Log in to Berth</h1>
      <p>Logging in needs no password here: it takes a link that only the machine’s owner can make.</p>
      <ul class="hints">
        <li>
          <code>berth login</code>
          <span>run it on the machine and open the link it prints</span>
        </li>
        <li>
          <code>berth up</code>
          <span>printed such a link when it started</span>
        </li>
      </ul>
      <p class="quiet">A link works once. Afterwards this browser stays logged in.</p>
    </section>
  );
}

function Keys() {
  const keys: [string, string][] = [
    ['/ or n', 'to the URL field'],
    ['j k or ↓ ↑', 'through the list'],
    ['Enter', 'open or start the marked workspace'],
    ['Esc', 'close a dialog, leave a field'],
    ['?', 'this list'],
  ];
  const close = () => (helping.value = false);
  return (
    <Dialog title="Keys" onClose={close}>
      <dl class="keys">
        {keys.map(([key, what]) => (
          <div>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div class="dialog-buttons">
        <button type="button" class="button primary" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function licences(): string {
  return new URL('licences.txt', import.meta.url).href;
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector('dialog[open]')) return;
  const target = event.target as HTMLElement;
  const typing = target.matches('input, textarea, select');
  if (typing) {
    if (event.key === 'Escape') target.blur();
    if (event.key === 'ArrowDown') step(1, event);
    return;
  }
  switch (event.key) {
    case '/':
    case 'n':
      event.preventDefault();
      toUrlField();
      break;
    case 'j':
    case 'ArrowDown':
      step(1, event);
      break;
    case 'k':
    case 'ArrowUp':
      step(-1, event);
      break;
    case '?':
      helping.value = true;
      break;
  }
});

const LISTS: ReadonlySet<Route['page']> = new Set(['list', 'opening', 'context']);

function toUrlField(): void {
  // The address is ahead of what is drawn: a list that is being left has a field that goes with it.
  const staying = LISTS.has(route(location.hash).page);
  const field = document.querySelector<HTMLInputElement>('#url');
  if (field && staying) {
    field.select(); // at once: the next key is meant for it
  } else {
    urlFieldWanted.value = true;
    location.hash = '#/';
  }
}

/** Moves the focus from row to row. */
function step(by: 1 | -1, event: KeyboardEvent): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  if (rows.length === 0) return;
  event.preventDefault();
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? (by === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  rows[next]?.focus();
}

addEventListener('hashchange', follow);
effect(() => {
  if (visitor.value.kind !== 'user') return;
  untracked(follow);
  void followEditor();
  void followStore();
  void followChecks();
});
effect(() => {
  const to = here.value;
  const workspace = 'id' in to ? workspaces.value?.get(to.id) : undefined;
  document.title = workspace ? `${printable(workspace.repository, 80)} · ${state(workspace).word} · Berth` : 'Berth';
});
render(<App />, document.getElementById('page')!);
void begin();

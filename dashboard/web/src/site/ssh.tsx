// SSH: the user's keys, and the ways from a running workspace to a desktop editor or a terminal.

import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { CopyButton } from '../shared/copy.tsx';
import { Icon } from '../shared/icons.tsx';
import { printable } from '../shared/text.ts';
import { ask, type Failure, type Workspace } from './api.ts';
import { Ago, Trouble } from './parts.tsx';
import { ways } from './sshWays.ts';
import { state } from './state.ts';
import { visitor } from './store.ts';

interface SshKey {
  id: string;
  name: string;
  type: string;
  fingerprint: string;
  createdAt: string;
}

interface HostKey {
  type: string;
  host_key: string;
}

const keys = signal<SshKey[] | undefined>(undefined);
const failure = signal<Failure | undefined>(undefined);

async function load(): Promise<void> {
  const answer = await ask<{ keys: SshKey[] }>('GET', '/api/v1/ssh-keys');
  if (answer.ok) keys.value = answer.value.keys;
  else if (answer.status === 401) visitor.value = { kind: 'stranger' };
  else failure.value = answer.failure;
}

async function change(method: string, path: string, body?: unknown): Promise<boolean> {
  const answer = await ask<unknown>(method, path, body);
  failure.value = answer.ok ? undefined : answer.failure;
  await load();
  return answer.ok;
}

export function SshKeysPage() {
  const text = useSignal('');
  useEffect(() => {
    failure.value = undefined;
    void load();
  }, []);
  const me = visitor.value.kind === 'user' ? visitor.value.me : undefined;
  const add = async () => {
    const key = text.value.trim();
    if (key && (await change('POST', '/api/v1/ssh-keys', { key }))) text.value = '';
  };
  return (
    <section class="detail">
      <header>
        <a class="back" href="#/">
          ← Workspaces
        </a>
        <h1>SSH keys</h1>
        <p class="quiet">A key in this list opens all your workspaces by SSH. Only public keys come here; the private ones never leave your machine.</p>
      </header>
      {me && !me.ssh && (
        <div class="note warn">
          <Icon name="alert" />
          <p class="note-text">
            SSH is off in this installation. Set <code>ssh.port</code> in berth.yaml and start Berth again.
          </p>
        </div>
      )}
      {failure.value && <Trouble failure={failure.value} onClose={() => (failure.value = undefined)} />}
      {keys.value?.length === 0 && <p class="quiet">No keys yet.</p>}
      {keys.value && keys.value.length > 0 && (
        <ul class="ports ssh-keys" aria-label="SSH keys">
          {keys.value.map((key) => (
            <li key={key.id} class="ssh-key">
              <span class="port-what">
                <bdi>{printable(key.name, 100)}</bdi>
                <span class="quiet">
                  <code>{printable(key.fingerprint, 80)}</code>
                </span>
              </span>
              <span class="quiet">
                {printable(key.type, 60)}, added <Ago time={key.createdAt} />
              </span>
              <button
                type="button"
                class="icon-button danger"
                title={`Delete ${printable(key.name, 100)}`}
                aria-label={`Delete ${printable(key.name, 100)}`}
                onClick={() => void change('DELETE', `/api/v1/ssh-keys/${encodeURIComponent(key.id)}`)}
              >
                <Icon name="trash" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <form
        class="ssh-add"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <label for="ssh-key">
          Add a key: the one line of a .pub file, for example of <code>~/.ssh/id_ed25519.pub</code>
        </label>
        <textarea
          id="ssh-key"
          rows={3}
          maxLength={5000}
          spellcheck={false}
          autocomplete="off"
          placeholder="ssh-ed25519 AAAA… you@laptop"
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <button type="submit" class="button primary">
          <Icon name="plus" /> Add
        </button>
      </form>
      <p class="quiet">
        No key yet? <code>ssh-keygen -t ed25519</code> makes one.
      </p>
      {me?.ssh && <HostKeys />}
    </section>
  );
}

/** What a client asks about at its first connection. */
function HostKeys() {
  const prints = useSignal<string[]>([]);
  useEffect(() => {
    void ask<HostKey[]>('GET', '/_ssh/host_keys').then(async (answer) => {
      if (answer.ok) prints.value = await Promise.all(answer.value.map(fingerprint));
    });
  }, []);
  if (prints.value.length === 0) return null;
  return (
    <>
      <h2>This server’s own keys</h2>
      <p class="quiet">At the first connection your client shows one of these and asks whether you trust it:</p>
      <ul class="ssh-prints">
        {prints.value.map((print) => (
          <li key={print}>
            <code>{printable(print, 160)}</code>
          </li>
        ))}
      </ul>
    </>
  );
}

async function fingerprint(key: HostKey): Promise<string> {
  const bytes = Uint8Array.from(atob(key.host_key), (letter) => letter.charCodeAt(0));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `${key.type} SHA256:${btoa(String.fromCharCode(...hash)).replace(/=+$/, '')}`;
}

/** From a running workspace's page to an editor on the desktop, or to a terminal. */
export function SshWays({ workspace }: { workspace: Workspace }) {
  const me = visitor.value.kind === 'user' ? visitor.value.me : undefined;
  if (!me?.ssh || state(workspace).look !== 'running') return null;
  const to = ways(workspace, me.ssh);
  return (
    <>
      <h2>From your own machine</h2>
      <div class="ssh-ways">
        <a class="button" href={to.vscode}>
          <Icon name="open" /> VS Code
        </a>
        <a class="button" href={to.jetbrains}>
          <Icon name="open" /> JetBrains
        </a>
        <span class="ssh-line">
          <code>{to.command}</code>
          <CopyButton text={to.command} what="the SSH command" />
        </span>
      </div>
      <p class="quiet">
        With one of your <a href="#/ssh-keys">SSH keys</a>. <code>berth ssh-config</code> lets editors find the way and know this server’s keys.
      </p>
    </>
  );
}

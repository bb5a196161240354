// What a user keeps for his workspaces: variables, logins at git hosts, who he is.

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { printable } from '../shared/text.ts';
import { ask, type Answer, type Failure } from './api.ts';
import { Ago, Trouble } from './parts.tsx';
import { Safety } from './safety.tsx';

export type SettingsTab = 'variables' | 'git' | 'profile' | 'safety';

interface Variable {
  id: string;
  name: string;
  value: string;
  pattern: string;
}

interface Login {
  id: string;
  origin: string;
  user: string;
  since: string;
}

interface Profile {
  gitName: string;
  gitEmail: string;
  dotfiles?: string;
  samePreferences: boolean;
}

const TABS: [SettingsTab, string][] = [
  ['variables', 'Variables'],
  ['git', 'Git access'],
  ['profile', 'Git name, dotfiles, editor'],
  ['safety', 'Saved files'],
];

export function SettingsPage({ tab }: { tab: SettingsTab }) {
  return (
    <section class="settings">
      <a class="back" href="#/">
        ← Workspaces
      </a>
      <h1>Settings</h1>
      <nav class="tabs" aria-label="Settings">
        {TABS.map(([name, words]) => (
          <a key={name} href={`#/settings/${name}`} aria-current={name === tab ? 'page' : undefined}>
            {words}
          </a>
        ))}
      </nav>
      {tab === 'variables' && <Variables />}
      {tab === 'git' && <GitAccess />}
      {tab === 'profile' && <ProfileForm />}
      {tab === 'safety' && <Safety />}
    </section>
  );
}

/** A value of the server's, asked for at first and after each change, and what went wrong with the last call. */
function useKept<T>(path: string) {
  const value = useSignal<T | undefined>(undefined);
  const failure = useSignal<Failure | undefined>(undefined);
  const take = <R,>(answer: Answer<R>): answer is Answer<R> & { ok: true } => {
    failure.value = answer.ok ? undefined : answer.failure;
    return answer.ok;
  };
  const load = async () => {
    const answer = await ask<T>('GET', path);
    if (take(answer)) value.value = answer.value;
  };
  const change = async (method: string, to: string, body?: unknown): Promise<boolean> => {
    if (!take(await ask<unknown>(method, to, body))) return false;
    await load();
    return true;
  };
  useEffect(() => void load(), [path]);
  return { value, failure, change };
}

function field(form: HTMLFormElement, name: string): string {
  return (form.elements.namedItem(name) as HTMLInputElement).value;
}

/** Sends a form once at a time; empties it when that went well. */
function submitting(send: (form: HTMLFormElement) => Promise<boolean>) {
  return async (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const button = form.querySelector<HTMLButtonElement>('button[type=submit]');
    if (!button || button.disabled) return;
    button.disabled = true;
    try {
      if (await send(form)) {
        form.reset();
        form.querySelector('input')?.focus();
      }
    } finally {
      button.disabled = false;
    }
  };
}

function Field({ name, words, children, ...input }: { name: string; words: string; children?: ComponentChildren } & preact.InputHTMLAttributes<HTMLInputElement>) {
  return (
    <div class="field">
      <label for={`setting-${name}`}>{words}</label>
      <input id={`setting-${name}`} name={name} autocomplete="off" spellcheck={false} aria-describedby={children ? `about-${name}` : undefined} {...input} />
      {children && <small id={`about-${name}`}>{children}</small>}
    </div>
  );
}

function Variables() {
  const { value, failure, change } = useKept<{ variables: Variable[] }>('/api/v1/variables');
  const variables = value.value?.variables;
  return (
    <>
      <p class="quiet">
        Set in every new start of the workspaces that their pattern covers: <code>owner/repository</code>, <code>owner/*</code>, <code>https://host/owner/*</code> or <code>*/*</code>. Of several, the
        narrowest counts. Inside, <code>gp env</code> shows and changes them.
      </p>
      {failure.value && <Trouble failure={failure.value} onClose={() => (failure.value = undefined)} />}
      <form
        class="setting-form"
        onSubmit={submitting((form) =>
          change('PUT', '/api/v1/variables', { name: field(form, 'name'), value: field(form, 'value'), pattern: field(form, 'pattern') }),
        )}
      >
        <Field name="name" words="Name" required maxLength={255} />
        <Field name="value" words="Value" required maxLength={32767} />
        <Field name="pattern" words="Repositories" required defaultValue="*/*" maxLength={200} />
        <button type="submit" class="button primary">
          Keep
        </button>
      </form>
      <Rows
        items={variables}
        none="No variables yet."
        row={(variable) => ({
          id: variable.id,
          name: variable.name,
          shown: (
            <>
              <code class="setting-name">{printable(variable.name)}</code>
              <bdi class="setting-value">{printable(variable.value, 200)}</bdi>
              <span class="quiet">{printable(variable.pattern)}</span>
            </>
          ),
        })}
        remove={(id) => change('DELETE', `/api/v1/variables/${id}`)}
      />
    </>
  );
}

function GitAccess() {
  const { value, failure, change } = useKept<{ logins: Login[] }>('/api/v1/git-logins');
  return (
    <>
      <p class="quiet">
        With these Berth opens private repositories, and git in their workspaces fetches and pushes. A login is kept encrypted, handed to git on demand and only for the
        host of a workspace’s own repository; it is in no file and no variable there.
      </p>
      {failure.value && <Trouble failure={failure.value} onClose={() => (failure.value = undefined)} />}
      <form
        class="setting-form"
        onSubmit={submitting((form) =>
          change('PUT', '/api/v1/git-logins', { host: field(form, 'host'), user: field(form, 'user'), token: field(form, 'token') }),
        )}
      >
        <Field name="host" words="Host" required placeholder="git.example.com" maxLength={260} />
        <Field name="user" words="User name" required maxLength={255} />
        <Field name="token" words="Token" required type="password" maxLength={4096}>
          Make one at the host that may read and write your repositories.
        </Field>
        <button type="submit" class="button primary">
          Keep
        </button>
      </form>
      <Rows
        items={value.value?.logins}
        none="No logins yet."
        row={(login) => ({
          id: login.id,
          name: login.origin,
          shown: (
            <>
              <code class="setting-name">{printable(login.origin)}</code>
              <bdi class="setting-value">{printable(login.user, 100)}</bdi>
              <span class="quiet">
                since <Ago time={login.since} />
              </span>
            </>
          ),
        })}
        remove={(id) => change('DELETE', `/api/v1/git-logins/${id}`)}
      />
    </>
  );
}

function ProfileForm() {
  const { value, failure, change } = useKept<Profile>('/api/v1/profile');
  const saved = useSignal(false);
  const profile = value.value;
  if (!profile) return failure.value ? <Trouble failure={failure.value} /> : <p class="nothing">…</p>;
  const save = async (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    saved.value = await change('PUT', '/api/v1/profile', {
      gitName: field(form, 'gitName'),
      gitEmail: field(form, 'gitEmail'),
      dotfiles: field(form, 'dotfiles'),
      samePreferences: new FormData(form).has('samePreferences'),
    });
  };
  return (
    <>
      {failure.value && <Trouble failure={failure.value} onClose={() => (failure.value = undefined)} />}
      <form class="setting-form tall" onSubmit={save} onInput={() => (saved.value = false)}>
        <Field name="gitName" words="Name in commits" defaultValue={profile.gitName} maxLength={255} />
        <Field name="gitEmail" words="E-mail address in commits" type="email" defaultValue={profile.gitEmail} maxLength={255} />
        <Field name="dotfiles" words="Dotfiles repository" type="url" placeholder="https://git.example.com/you/dotfiles" defaultValue={profile.dotfiles ?? ''}>
          Cloned to ~/.dotfiles at a workspace’s first start; its install script runs, or its files are linked into the home.
        </Field>
        <label class="option">
          <input type="checkbox" name="samePreferences" defaultChecked={profile.samePreferences} />
          <span>
            The same editor settings, key bindings and extensions in all my workspaces
            <small class="quiet">What is changed, installed or removed in one comes to the others at their next start. A program in one of them can do that too, and an extension runs in all.</small>
          </span>
        </label>
        <div class="save-line">
          <button type="submit" class="button primary">
            Save
          </button>
          <span role="status" class="quiet">
            {saved.value && 'Saved. New starts of workspaces have it.'}
          </span>
        </div>
      </form>
    </>
  );
}

function Rows<T>({
  items,
  none,
  row,
  remove,
}: {
  items: T[] | undefined;
  none: string;
  row: (item: T) => { id: string; name: string; shown: ComponentChildren };
  remove: (id: string) => Promise<boolean>;
}) {
  if (!items) return <p class="nothing">…</p>;
  if (items.length === 0) return <p class="nothing">{none}</p>;
  return (
    <ul class="setting-rows">
      {items.map(row).map(({ id, name, shown }) => (
        <li key={id}>
          {shown}
          <button type="button" class="button plain" aria-label={`Delete ${printable(name, 100)}`} onClick={() => void remove(id)}>
            Delete
          </button>
        </li>
      ))}
    </ul>
  );
}

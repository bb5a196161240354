// Small pieces that several pages show.

import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Dialog } from '../shared/dialog.tsx';
import { Icon } from '../shared/icons.tsx';
import { ago, ahead, dayAndTime, exactly, printable } from '../shared/text.ts';
import { enter, pressed, remove, removeNow, stop } from './actions.ts';
import type { Failure, NoticeKind, Workspace } from './api.ts';
import { branch, isTrial, state, type State } from './state.ts';
import { now, visitor } from './store.ts';

export function StateMark({ state: { word, look } }: { state: Pick<State, 'word' | 'look'> }) {
  return (
    <span class={`state ${look}`}>
      <span class="state-icon" aria-hidden="true">
        {look === 'running' ? <Icon name="check" /> : look === 'failed' ? <Icon name="alert" /> : look === 'off' ? <Icon name="pause" /> : <span class="spinner" />}
      </span>
      {word}
    </span>
  );
}

export function Ago({ time, prefix = '' }: { time: string; prefix?: string }) {
  return (
    <time dateTime={time} title={exactly(time)}>
      {prefix}
      {ago(Date.parse(time), now.value)}
    </time>
  );
}

/** A time to come. */
export function Until({ time }: { time: string }) {
  return (
    <time dateTime={time} title={exactly(time)}>
      {dayAndTime(Date.parse(time))}
    </time>
  );
}

// A notice for longer is one that nobody sees any more.
const NOTICE_MS = 3 * 24 * 60 * 60 * 1000;

/** That a workspace goes by itself soon, as nobody uses it. */
export function Goes({ workspace }: { workspace: Workspace }) {
  const until = workspace.intent.kind === 'discard' ? Number.NaN : Date.parse(workspace.keptUntil ?? '');
  if (!(until - now.value < NOTICE_MS)) return null;
  return (
    <span class="goes" title={exactly(workspace.keptUntil ?? '')}>
      is deleted {ahead(until, now.value)}: nobody uses it
    </span>
  );
}

export function Branch({ workspace }: { workspace: Workspace }) {
  const name = branch(workspace);
  return name ? (
    <span class="branch">
      <Icon name="branch" />
      <bdi>{printable(name, 80)}</bdi>
    </span>
  ) : null;
}

export function Trouble({ failure, onClose, children }: { failure: Failure; onClose?: () => void; children?: ComponentChildren }) {
  return (
    <div class="note bad" role="alert">
      <Icon name="alert" />
      <div class="note-text">
        <p class="strong">{printable(failure.what, 2000)}</p>
        <p>{printable(failure.remedy, 2000)}</p>
        {children}
      </div>
      {onClose && (
        <button type="button" class="icon-button" aria-label="Put this message away" onClick={onClose}>
          <Icon name="cross" />
        </button>
      )}
    </div>
  );
}

/** By how grave a notice is. */
const NOTICE_LOOKS: Record<NoticeKind, string> = { information: '', warning: 'warn', error: 'bad' };

/** What the definition says that cannot be meant, at line and column, and what else there is to know. */
export function Findings({ workspace: { findings, notices, noticeKinds = [] } }: { workspace: Workspace }) {
  if (findings.length + notices.length === 0) return null;
  return (
    <section class="findings" aria-label="Findings">
      {findings.map((finding) => (
        <div class={`note ${finding.severity === 'error' ? 'bad' : 'warn'}`}>
          <Icon name="alert" />
          <div class="note-text">
            <p>
              <code>
                {printable(finding.file, 120)}:{finding.line}:{finding.column}
              </code>{' '}
              <span class="strong">{printable(finding.what, 1000)}</span>
            </p>
            <p>{printable(finding.remedy, 1000)}</p>
          </div>
        </div>
      ))}
      {notices.map((notice, at) => {
        const kind = noticeKinds[at] ?? 'warning';
        return (
          <div class={`note ${NOTICE_LOOKS[kind] ?? ''}`}>
            <Icon name={kind === 'information' ? 'info' : 'alert'} />
            <p class="note-text">{printable(notice, 1000)}</p>
          </div>
        );
      })}
    </section>
  );
}

/** The workspace whose deletion is asked about. */
export const removing = signal<Workspace | undefined>(undefined);

/** The buttons that make sense now. */
export function Actions({ workspace, compact = false }: { workspace: Workspace; compact?: boolean }) {
  const { can } = state(workspace);
  const busy = pressed.value.has(workspace.id);
  const name = printable(workspace.repository, 80);
  const quiet = compact ? 'icon-button' : 'button';
  return (
    <div class="actions">
      {can.open && (
        <button type="button" class="button primary" data-main onClick={() => enter(workspace, true, false)}>
          <Icon name="open" /> Open
        </button>
      )}
      {can.start && (
        <button type="button" class={`button ${compact ? '' : 'primary'}`} data-main disabled={busy} onClick={() => enter(workspace, false, true)}>
          <Icon name="play" /> {state(workspace).look === 'failed' ? 'Try again' : 'Start'}
        </button>
      )}
      {can.stop && (
        <button type="button" class={quiet} disabled={busy} title={`Stop ${name}`} aria-label={`Stop ${name}`} onClick={() => stop(workspace)}>
          <Icon name="stop" /> {!compact && 'Stop'}
        </button>
      )}
      {can.remove && (
        <button
          type="button"
          class={`${quiet} danger`}
          title={`Delete ${name}`}
          aria-label={`Delete ${name}`}
          onClick={() => (removing.value = workspace)}
        >
          <Icon name="trash" /> {!compact && 'Delete'}
        </button>
      )}
    </div>
  );
}

/** Asks before a workspace is deleted, naming what goes with it. */
export function RemoveDialog() {
  const workspace = removing.value;
  if (!workspace) return null;
  const keptMs = visitor.value.kind === 'user' ? visitor.value.me.deletedKeptSeconds * 1000 : 0;
  const forGood = keptMs === 0 || workspace.intent.kind === 'discard' || isTrial(workspace);
  const close = () => (removing.value = undefined);
  return (
    <Dialog title={workspace.intent.kind === 'discard' ? 'Delete this for good?' : 'Delete this workspace?'} onClose={close}>
      <p>
        <strong>{printable(workspace.repository, 120)}</strong> <Branch workspace={workspace} />
      </p>
      {forGood ? (
        <p>
          Lost for good: all files in <code>/workspace</code> and in the home folder, changes that are not pushed, packages installed in it, and its
          saved moments. What was pushed stays with the git host.
        </p>
      ) : (
        <p>
          It can be brought back with all its files until <strong>{dayAndTime(now.value + keptMs)}</strong>, from{' '}
          <a href="#/deleted" onClick={close}>
            Recently deleted
          </a>
          . Then its files and saved moments are lost for good.
        </p>
      )}
      {state(workspace).look === 'running' && <p>It runs now: its terminals and programs end.</p>}
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={close}>
          Keep it
        </button>
        <button
          type="button"
          class="button danger-solid"
          onClick={() => {
            close();
            void (forGood ? removeNow : remove)(workspace).then((done) => {
              if (done && location.hash.includes(workspace.id)) location.hash = '#/';
            });
          }}
        >
          <Icon name="trash" /> {forGood ? 'Delete for good' : 'Delete'}
        </button>
      </div>
    </Dialog>
  );
}


import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { printable } from '../shared/text.ts';
import { pressed, undelete } from './actions.ts';
import { api, type Failure, type Workspace } from './api.ts';
import { Branch, removing, Trouble, Until } from './parts.tsx';
import { workspaces } from './store.ts';

// Those that are deleted for good go within seconds; the event stream tells of the others.
const AGAIN_MS = 5_000;

/** What was deleted and can still be had back. */
export function DeletedPage() {
  const deleted = useSignal<Workspace[] | undefined>(undefined);
  const failure = useSignal<Failure | undefined>(undefined);
  const asked = removing.value;
  useEffect(() => {
    let gone = false;
    const load = async () => {
      const answer = await api.deleted();
      if (gone) return;
      if (answer.ok) deleted.value = answer.value.workspaces;
      failure.value = answer.ok ? undefined : answer.failure;
    };
    void load();
    const again = setInterval(() => void load(), AGAIN_MS);
    return () => {
      gone = true;
      clearInterval(again);
    };
  }, [workspaces.value, asked]);
  return (
    <section class="detail">
      <header>
        <a class="back" href="#/">
          ← Workspaces
        </a>
        <h1>Recently deleted</h1>
      </header>
      <p class="quiet">What you deleted, or nobody used for long, is kept for a time with all its files. Then it is gone for good.</p>
      {failure.value && <Trouble failure={failure.value} />}
      {deleted.value?.length === 0 && <p class="nothing">There is nothing to bring back.</p>}
      {deleted.value && deleted.value.length > 0 && (
        <ul class="ports" aria-label="Deleted workspaces">
          {deleted.value.map((workspace) => (
            <Row key={workspace.id} workspace={workspace} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ workspace }: { workspace: Workspace }) {
  const name = printable(workspace.repository, 80);
  return (
    <li class="point-row deleted-row">
      <span class="point-what">
        <span class="row-name">
          <strong>
            <bdi>{name}</bdi>
          </strong>
          <Branch workspace={workspace} />
        </span>
        <span class="row-more">
          {workspace.intent.kind === 'discard' && <span class="why">{printable(workspace.intent.why, 200)}</span>}
          {workspace.keptUntil && (
            <span>
              Kept until <Until time={workspace.keptUntil} />
            </span>
          )}
          <code>{printable(workspace.id)}</code>
        </span>
      </span>
      <span class="point-links">
        <button
          type="button"
          class="button primary"
          aria-label={`Bring ${name} back`}
          disabled={pressed.value.has(workspace.id)}
          onClick={() => void undelete(workspace).then((done) => done && (location.hash = `#/workspace/${workspace.id}`))}
        >
          Bring back
        </button>
        <button type="button" class="button danger" aria-label={`Delete ${name} for good`} onClick={() => (removing.value = workspace)}>
          Delete for good
        </button>
      </span>
    </li>
  );
}

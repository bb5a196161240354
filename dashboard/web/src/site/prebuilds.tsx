import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { plainLog, printable } from '../shared/text.ts';
import { api, type Failure, type Prebuild } from './api.ts';
import { Ago, StateMark, Trouble } from './parts.tsx';
import type { State } from './state.ts';

// Somebody waits for one that is being made; the others change hardly ever.
const BUILDING_MS = 1_500;
const IDLE_MS = 15_000;
// All that the server keeps of one.
const LOG_CHARACTERS = 100_000;

/** What the init tasks of commits made beforehand. */
export function PrebuildsPage() {
  const prebuilds = useSignal<Prebuild[] | undefined>(undefined);
  const failure = useSignal<Failure | undefined>(undefined);
  const url = useSignal('');
  const busy = useSignal(false);
  const shown = useSignal('');
  const load = async () => {
    const answer = await api.prebuilds();
    if (answer.ok) prebuilds.value = answer.value.prebuilds;
    else failure.value = answer.failure;
  };
  const building = prebuilds.value?.some(isGoing) ?? false;
  useEffect(() => {
    void load();
    const again = setInterval(() => void load(), building ? BUILDING_MS : IDLE_MS);
    return () => clearInterval(again);
  }, [building]);
  const make = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    failure.value = undefined;
    const answer = await api.makePrebuild(url.value);
    busy.value = false;
    if (answer.ok) {
      url.value = '';
      shown.value = answer.value.id;
      await load();
    } else {
      failure.value = answer.failure;
    }
  };
  const remove = async (id: string) => {
    const answer = await api.removePrebuild(id);
    if (!answer.ok) failure.value = answer.failure;
    await load();
  };
  return (
    <section class="detail">
      <header>
        <a class="back" href="#/">
          ← Workspaces
        </a>
        <h1>Prebuilds</h1>
      </header>
      <p class="quiet">
        A prebuild runs the init tasks of a commit once. Workspaces of that commit begin with what it made, and those of a
        later one with the newest that is before it.
      </p>
      {failure.value && <Trouble failure={failure.value} onClose={() => (failure.value = undefined)} />}
      <form class="prebuild-form" onSubmit={(event) => void make(event)}>
        <input
          type="text"
          aria-label="Repository, branch or commit to prebuild"
          placeholder="https://git.example.com/owner/repository"
          spellcheck={false}
          value={url.value}
          onInput={(event) => (url.value = event.currentTarget.value)}
        />
        <button type="submit" class="button primary" disabled={busy.value || url.value.trim() === ''}>
          Prebuild
        </button>
      </form>
      {prebuilds.value?.length === 0 && <p class="nothing">There is none yet.</p>}
      {prebuilds.value && prebuilds.value.length > 0 && (
        <ul class="ports points" aria-label="Prebuilds">
          {prebuilds.value.map((one) => (
            <Row
              key={one.id}
              prebuild={one}
              open={shown.value === one.id}
              onToggle={() => (shown.value = shown.value === one.id ? '' : one.id)}
              onRemove={() => void remove(one.id)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function isGoing(one: Prebuild): boolean {
  return one.state === 'queued' || one.state === 'building';
}

const STATES: Record<Prebuild['state'], Pick<State, 'word' | 'look'>> = {
  queued: { word: 'Queued', look: 'busy' },
  building: { word: 'Building', look: 'busy' },
  available: { word: 'Available', look: 'running' },
  failed: { word: 'Failed', look: 'failed' },
  aborted: { word: 'Stopped', look: 'off' },
};

interface RowProps {
  prebuild: Prebuild;
  open: boolean;
  onToggle: () => void;
  onRemove: () => void;
}

function Row({ prebuild, open, onToggle, onRemove }: RowProps) {
  return (
    <li class="prebuild-row">
      <div class="point-row">
        <StateMark state={STATES[prebuild.state]} />
        <span class="point-what">
          <bdi>{printable(prebuild.repository, 80)}</bdi>{' '}
          <span class="quiet">
            {prebuild.ref && `${printable(prebuild.ref, 60)}, `}
            <code title={printable(prebuild.commit ?? '')}>{printable((prebuild.commit ?? '').slice(0, 12))}</code>, <Ago time={prebuild.createdAt} />
          </span>
        </span>
        <span class="point-links">
          <button type="button" class="button" aria-expanded={open} onClick={onToggle}>
            {open ? 'Hide log' : 'Log'}
          </button>
          <button type="button" class="button" onClick={onRemove} aria-label={`Delete the prebuild of ${prebuild.repository}`}>
            Delete
          </button>
        </span>
      </div>
      {prebuild.error && <p class="why">{printable(prebuild.error, 1000)}</p>}
      {open && <Log key={prebuild.id} id={prebuild.id} going={isGoing(prebuild)} />}
    </li>
  );
}

function Log({ id, going }: { id: string; going: boolean }) {
  const text = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const load = async () => {
      const answer = await api.prebuildLog(id);
      if (answer.ok) text.value = answer.value;
    };
    void load();
    const again = going ? setInterval(() => void load(), BUILDING_MS) : undefined;
    return () => clearInterval(again);
  }, [id, going]);
  return <pre class="log" tabIndex={0} aria-label="Log of the prebuild">{text.value === undefined ? '…' : plainLog(text.value, LOG_CHARACTERS) || 'It printed nothing yet.'}</pre>;
}

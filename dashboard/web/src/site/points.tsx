import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { bytes, printable } from '../shared/text.ts';
import { fork, pressed } from './actions.ts';
import { api, type Changed, type Failure, type Point, type Workspace } from './api.ts';
import { Ago, Trouble } from './parts.tsx';
import { momentLink } from './routes.ts';

// A screenful; the rest is asked for.
const SHOWN_FIRST = 8;

/** The moments of a workspace that one can go back to. */
export function Points({ workspace }: { workspace: Workspace }) {
  const points = useSignal<Point[] | undefined>(undefined);
  const failure = useSignal<Failure | undefined>(undefined);
  const all = useSignal(false);
  const load = async () => {
    const answer = await api.points(workspace.id);
    if (answer.ok) {
      points.value = answer.value.points;
      failure.value = answer.value.trouble
        ? { what: `The last save failed: ${answer.value.trouble}`, remedy: 'It is tried again by itself.' }
        : undefined;
    } else {
      failure.value = answer.failure;
    }
  };
  // Its end is saved soon after, and while it runs there is something new now and then.
  useEffect(() => {
    void load();
    const again = setInterval(() => void load(), 30_000);
    return () => clearInterval(again);
  }, [workspace.id, workspace.phase.kind]);
  const known = points.value ?? [];
  const shown = all.value ? known : known.slice(0, SHOWN_FIRST);
  const busy = pressed.value.has(workspace.id);
  return (
    <>
      <div class="log-head">
        <h2>Saved moments</h2>
        <button type="button" class="button" disabled={busy} onClick={() => void fork(workspace)}>
          Fork it now
        </button>
      </div>
      {failure.value && <Trouble failure={failure.value} />}
      {points.value && known.length === 0 && (
        <p class="quiet">Nothing is saved yet. While it runs, its files are saved within half a minute of a change.</p>
      )}
      {shown.length > 0 && (
        <ul class="ports points">
          {shown.map((point) => (
            <li class="point-row" key={point.id}>
              <span class="point-when">
                <Ago time={point.at} />
              </span>
              <span class="point-what quiet">
                {point.files} files, {bytes(point.bytes)}
                {point.changed && <Counts changed={point.changed} />}
                {point.newBytes > 0 && `, ${bytes(point.newBytes)} new`}
                {point.leftOut.length > 0 && (
                  <span title={printable(point.leftOut.join('\n'), 2000)}>, {point.leftOut.length} not kept</span>
                )}
                {point.kept && <span title="It stays as long as the workspace.">, stays</span>}
              </span>
              <span class="point-links">
                <a class="button" href={momentLink(workspace.id, point.id)} aria-label={`Look into ${point.at}`}>
                  Look
                </a>
                <button
                  type="button"
                  class="button"
                  disabled={busy}
                  aria-label={`Start a workspace from ${point.at}`}
                  onClick={() => void fork(workspace, point.id)}
                >
                  Start from it
                </button>
                <a class="button" href={api.archive(workspace.id, point.id)} download aria-label={`Download ${point.at}`}>
                  Download
                </a>
              </span>
            </li>
          ))}
        </ul>
      )}
      {known.length > shown.length && (
        <button type="button" class="button" onClick={() => (all.value = true)}>
          Show all {known.length}
        </button>
      )}
    </>
  );
}

/** How many files are new, other and gone; as of a commit. */
function Counts({ changed }: { changed: Changed }) {
  const { added, changed: other, removed } = changed;
  return (
    <span title={`${added} new, ${other} changed, ${removed} gone since the moment before`}>
      , <span class="change added">+{added}</span> <span class="change changed">~{other}</span> <span class="change removed">−{removed}</span>
    </span>
  );
}

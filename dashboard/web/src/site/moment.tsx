import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon, type IconName } from '../shared/icons.tsx';
import { bytes, printable } from '../shared/text.ts';
import { fork, pressed } from './actions.ts';
import { api, type Failure, type FileKind, type Point, type PointChange, type PointChanges, type SavedItem } from './api.ts';
import { Ago, Trouble } from './parts.tsx';
import { momentLink } from './routes.ts';
import { Missing } from './start.tsx';
import { workspaces } from './store.ts';

interface Place {
  id: string;
  point: string;
  path: string;
  with: string;
}

/** One saved moment of a workspace: what is in it, and what is not the same at another. */
export function MomentPage({ place }: { place: Place }) {
  const { id, point } = place;
  const workspace = workspaces.value?.get(id);
  const points = useSignal<Point[] | undefined>(undefined);
  const failure = useSignal<Failure | undefined>(undefined);
  useEffect(() => {
    void api.points(id).then((answer) => {
      if (answer.ok) points.value = answer.value.points;
      else failure.value = answer.failure;
    });
  }, [id]);
  if (!workspaces.value) return <p class="nothing">…</p>;
  if (!workspace) return <Missing id={id} />;
  const known = points.value?.find((one) => one.id === point);
  const busy = pressed.value.has(id);
  return (
    <section class="detail">
      <header>
        <a class="back" href={`#/workspace/${id}`}>
          ← <bdi>{printable(workspace.repository, 80)}</bdi>
        </a>
        <h1>Saved moment</h1>
        <div class="detail-head">
          {known && (
            <span class="quiet">
              <Ago time={known.at} />, {known.files} files, {bytes(known.bytes)}
              {known.kept && ', kept as long as the workspace'}
            </span>
          )}
          <div class="actions">
            <button type="button" class="button primary" disabled={busy} onClick={() => void fork(workspace, point)}>
              <Icon name="play" /> Start from it
            </button>
            <a class="button" href={api.archive(id, point)} download>
              Download all
            </a>
          </div>
        </div>
      </header>
      {failure.value && <Trouble failure={failure.value} />}
      {points.value && !known && <p class="quiet">This moment is not there any more; old ones are thinned out.</p>}
      {points.value && known && (
        <>
          <Changes key={place.with} place={place} points={points.value} />
          <Files key={place.path} place={place} />
        </>
      )}
    </section>
  );
}

function Changes({ place, points }: { place: Place; points: Point[] }) {
  const told = useSignal<PointChanges | undefined>(undefined);
  const failure = useSignal<Failure | undefined>(undefined);
  const others = points.filter((one) => one.id !== place.point);
  const hasBefore = others.some((one) => one.id < place.point);
  const chosen = place.with || (hasBefore ? 'before' : 'now');
  useEffect(() => {
    void compared(place, chosen).then((answer) => {
      if (answer.ok) told.value = answer.value;
      else failure.value = answer.failure;
    });
  }, []);
  const choose = (other: string) => (location.hash = momentLink(place.id, place.point, { path: place.path, with: other }));
  return (
    <>
      <div class="log-head">
        <h2>What changed</h2>
        <label class="choose">
          <span class="quiet">compared with</span>
          <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
            {hasBefore && <option value="before">the moment before</option>}
            <option value="now">the files now</option>
            {others.map((one) => (
              <option value={one.id}>{new Date(one.at).toLocaleString()}</option>
            ))}
          </select>
        </label>
      </div>
      {failure.value && <Trouble failure={failure.value} />}
      {!told.value && !failure.value && <p class="quiet">Comparing …</p>}
      {told.value && <Told told={told.value} />}
    </>
  );
}

/** The later of the two is told against the earlier; what is there now is saved first. */
async function compared(place: Place, chosen: string) {
  if (chosen === 'before') return api.changes(place.id, place.point);
  if (chosen !== 'now') {
    const [since, point] = [place.point, chosen].sort() as [string, string];
    return api.changes(place.id, point, since);
  }
  const saved = await api.save(place.id);
  return saved.ok ? api.changes(place.id, saved.value.id, place.point) : saved;
}

const WORDS: Record<PointChange['what'], { mark: string; word: string }> = {
  added: { mark: '+', word: 'new' },
  changed: { mark: '~', word: 'changed' },
  removed: { mark: '−', word: 'gone' },
};

// A screenful or two; the rest is asked for.
const SHOWN_FIRST = 40;

function Told({ told }: { told: PointChanges }) {
  const all = useSignal(false);
  const { added, changed, removed } = told.changed;
  if (told.changes.length === 0) return <p class="quiet">Nothing: all files are the same.</p>;
  const shown = all.value ? told.changes : told.changes.slice(0, SHOWN_FIRST);
  return (
    <>
      <p class="quiet">
        {told.all ? '' : 'At least '}
        {added} new, {changed} changed, {removed} gone.
      </p>
      <ul class="ports files" aria-label="Changes">
        {shown.map((one) => (
          <li class="file-row">
            <span class={`change ${one.what}`} title={WORDS[one.what].word}>
              <span aria-hidden="true">{WORDS[one.what].mark}</span>
              <span class="unseen">{WORDS[one.what].word}</span>
            </span>
            <span class="file-name">
              <bdi>
                {printable(one.path, 1000)}
                {one.kind === 'folder' && '/'}
              </bdi>
            </span>
            <span class="file-size quiet">{amount(one)}</span>
          </li>
        ))}
      </ul>
      {told.changes.length > shown.length && (
        <button type="button" class="button" onClick={() => (all.value = true)}>
          Show all {told.changes.length}
        </button>
      )}
      {(all.value || told.changes.length === shown.length) && told.more > 0 && <p class="quiet">… and {told.more} more.</p>}
    </>
  );
}

function amount(one: PointChange): string {
  if (one.kind === 'folder') return one.what === 'changed' ? 'rights' : `${one.files} files, ${bytes(one.bytes + one.bytesBefore)}`;
  if (one.kind !== 'file') return '';
  return one.what === 'changed' ? `${bytes(one.bytesBefore)} → ${bytes(one.bytes)}` : bytes(one.bytes + one.bytesBefore);
}

const ICONS: Record<FileKind, IconName> = { folder: 'folder', file: 'file', link: 'right', pipe: 'file', deleted: 'cross' };

function Files({ place }: { place: Place }) {
  const items = useSignal<SavedItem[] | undefined>(undefined);
  const after = useSignal<string | undefined>(undefined);
  const failure = useSignal<Failure | undefined>(undefined);
  const load = async () => {
    const answer = await api.savedFolder(place.id, place.point, place.path, after.value);
    if (answer.ok) {
      items.value = [...(items.value ?? []), ...answer.value.items];
      after.value = answer.value.after;
    } else {
      failure.value = answer.failure;
    }
  };
  useEffect(() => void load(), []);
  const link = (path: string) => momentLink(place.id, place.point, { path, with: place.with });
  const within = (name: string) => `${place.path === '/' ? '' : place.path}/${name}`;
  return (
    <>
      <div class="log-head">
        <h2>Files</h2>
        {place.path !== '/' && items.value && (
          <a class="button" href={api.archive(place.id, place.point, place.path)} download aria-label={`Download the folder ${printable(place.path)}`}>
            Download folder
          </a>
        )}
      </div>
      <Crumbs path={place.path} link={link} />
      {failure.value && <Trouble failure={failure.value} />}
      {items.value?.length === 0 && <p class="quiet">The folder is empty.</p>}
      {items.value && items.value.length > 0 && (
        <ul class="ports files" aria-label="Files">
          {sorted(items.value).map((item) => (
            <li class="file-row" key={item.name}>
              <Icon name={ICONS[item.kind]} />
              <span class="file-name">
                {item.kind === 'folder' ? (
                  <a href={link(within(item.name))} data-row>
                    <bdi>{printable(item.name)}</bdi>
                  </a>
                ) : item.kind === 'file' ? (
                  <a href={api.savedFile(place.id, place.point, within(item.name))} download data-row title="Download">
                    <bdi>{printable(item.name)}</bdi>
                  </a>
                ) : (
                  <span class="quiet">
                    <bdi>{printable(item.name)}</bdi>
                    {item.target !== undefined && ` → ${printable(item.target)}`}
                    {item.kind === 'deleted' && ', deleted'}
                  </span>
                )}
              </span>
              <span class="file-size quiet">
                {item.kind === 'file' && `${bytes(item.bytes)}, `}
                <Ago time={item.modified} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {after.value !== undefined && (
        <button type="button" class="button" onClick={() => void load()}>
          Show more
        </button>
      )}
      {place.path === '/' && <p class="quiet">Of the image’s own files a moment has those that the workspace changed.</p>}
    </>
  );
}

/** Folders first, as people look for them. */
function sorted(items: SavedItem[]): SavedItem[] {
  return [...items.filter((item) => item.kind === 'folder'), ...items.filter((item) => item.kind !== 'folder')];
}

function Crumbs({ path, link }: { path: string; link: (path: string) => string }) {
  const names = path.split('/').filter((name) => name !== '');
  return (
    <nav class="crumbs" aria-label="Folder">
      {names.length === 0 ? <span aria-current="page">/</span> : <a href={link('/')}>/</a>}
      {names.map((name, at) => (
        <>
          {at > 0 && <span class="quiet">/</span>}
          {at === names.length - 1 ? (
            <bdi aria-current="page">{printable(name)}</bdi>
          ) : (
            <a href={link('/' + names.slice(0, at + 1).join('/'))}>
              <bdi>{printable(name)}</bdi>
            </a>
          )}
        </>
      ))}
    </nav>
  );
}

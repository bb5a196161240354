import { signal } from '@preact/signals';
import { Icon } from '../shared/icons.tsx';
import { bytes, duration, printable } from '../shared/text.ts';
import { api, type Store } from './api.ts';
import { now } from './store.ts';

const store = signal<Store | undefined>(undefined);
const ASKED_EACH_MS = 20_000;
/** A save is carried within seconds; what is older than that waits for something. */
const LATE_MS = 60_000;

/** Asks how far behind the object store is, for as long as the page is there; once where there is none. */
export async function followStore(): Promise<void> {
  const answer = document.hidden ? undefined : await api.store();
  if (answer?.ok) store.value = answer.value;
  if (!answer?.ok || answer.value.name) setTimeout(() => void followStore(), ASKED_EACH_MS);
}

const since = (is: Store) => (is.behindSince ? `, the oldest for ${duration(now.value - Date.parse(is.behindSince))}` : '');

/** Says that saves are on this machine only, since when and why; nothing while all is well. */
export function StoreBanner() {
  const is = store.value;
  if (!is?.name) return null;
  const late = is.behindSince !== undefined && now.value - Date.parse(is.behindSince) > LATE_MS;
  if (!is.trouble && !late) return null;
  return (
    <div class="note warn" role="status">
      <Icon name="alert" />
      <div class="note-text">
        <p class="strong">
          {is.behindObjects === 0
            ? 'The object store does not answer as it should; all saves are in it.'
            : `The newest saves are on this machine only: ${is.behindObjects} objects (${bytes(is.behindBytes)}) are not in the object store yet${since(is)}.`}
        </p>
        {is.trouble && <p>{printable(is.trouble, 600)}</p>}
        <p class="quiet">Nothing is lost; it is tried on by itself. {printable(is.name, 200)}</p>
      </div>
    </div>
  );
}

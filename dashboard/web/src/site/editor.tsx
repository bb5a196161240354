import { signal } from '@preact/signals';
import { Icon } from '../shared/icons.tsx';
import { printable } from '../shared/text.ts';
import { api, type Editor } from './api.ts';

const editor = signal<Editor | undefined>(undefined);
const PREPARING_MS = 1500;
const FAILED_MS = 20_000;

/** Asks how far the editor is until it is there. */
export async function followEditor(): Promise<void> {
  const answer = await api.editor();
  if (answer.ok) editor.value = answer.value;
  const kind = editor.value?.kind;
  if (kind === 'preparing' || kind === 'failed') {
    setTimeout(() => void followEditor(), kind === 'preparing' && !document.hidden ? PREPARING_MS : FAILED_MS);
  }
}

/** Says that the editor is on its way, or why it is not; nothing once it is there. */
export function EditorBanner() {
  const now = editor.value;
  if (now?.kind === 'preparing') {
    const percent = Math.max(0, Math.min(100, Math.round(now.percent)));
    return (
      <div class="note editor-note" role="status">
        <span class="spinner" aria-hidden="true" />
        <div class="note-text">
          <p>
            VS Code is being prepared: {percent} % <span class="quiet">{printable(now.step, 120)}</span>
          </p>
          <progress max={100} value={percent} aria-label="VS Code is being prepared" />
          <p class="quiet">Workspaces start without it meanwhile, with terminals.</p>
        </div>
      </div>
    );
  }
  if (now?.kind === 'failed') {
    return (
      <div class="note warn" role="status">
        <Icon name="alert" />
        <div class="note-text">
          <p class="strong">VS Code could not be prepared; workspaces have terminals. {printable(now.what, 600)}</p>
          <p>{printable(now.remedy, 600)}</p>
        </div>
      </div>
    );
  }
  return null;
}

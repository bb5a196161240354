// Covers the editor's page while its workspace starts: the page loads below, and what it asks of the editor is held
// until that answers. A script of its own, without any other part: it is all that is between a click and the editor.

import { repositoryOf } from '../shared/text.ts';

const ASK_EVERY_MS = 100;
/** A start that takes longer has something to tell, for which there is a page. */
const LONGEST_MS = 10_000;
/** The editor draws itself a moment after it answers; what it then shows is better than a cover. */
const DRAWN_WITHIN_MS = 3_000;

const cover = document.createElement('div');
cover.id = 'berth-starting';
cover.setAttribute('role', 'status');
const shadow = cover.attachShadow({ mode: 'open' });
const style = new CSSStyleSheet();
style.replaceSync(`
  :host { position: fixed; inset: 0; z-index: 100000; display: grid; place-content: center; justify-items: center; gap: 0.75rem;
    background: #fff; color: #1c2024; font: 16px/1.5 system-ui, sans-serif; color-scheme: light dark; padding: 1rem; text-align: center }
  h1 { font-size: 1.25rem; font-weight: 600; margin: 0; overflow-wrap: anywhere }
  p { margin: 0; color: #60646c; font-variant-numeric: tabular-nums }
  a { color: inherit }
  i { width: 1.5rem; height: 1.5rem; border: 3px solid #d9d9e0; border-top-color: #3358d4; border-radius: 50%; animation: turn 0.8s linear infinite }
  @keyframes turn { to { rotate: 1turn } }
  @media (prefers-color-scheme: dark) {
    :host { background: #18191b; color: #edeef0 }
    p { color: #b0b4ba }
    i { border-color: #43484e; border-top-color: #849dff }
  }
  @media (prefers-reduced-motion: reduce) { i { animation-duration: 4s } }
`);
shadow.adoptedStyleSheets = [style];

function element(tag: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

const told = element('p');
const details = document.createElement('a');
details.href = '/_berth/start';
details.textContent = 'Details';
shadow.append(
  element('i'),
  element('h1', `Starting ${repositoryOf(location.hostname.split('.')[0] ?? '')}`),
  told,
  details,
);
document.body.append(cover);

const began = performance.now();
let answered: number | undefined;
let leaving = false;

function leave(): void {
  if (leaving) return;
  leaving = true;
  location.replace('/_berth/start');
}

async function look(): Promise<void> {
  if (leaving) return;
  const now = performance.now();
  told.textContent = `${((now - began) / 1000).toFixed(1)} s`;
  if (answered !== undefined) {
    if (document.querySelector('.monaco-workbench') || now - answered > DRAWN_WITHIN_MS) {
      cover.remove();
      return;
    }
  } else if (now - began > LONGEST_MS) {
    leave();
    return;
  } else {
    try {
      const response = await fetch('/_berth/workspace.json');
      if (response.status === 503 || response.status === 404) {
        leave(); // it stopped, or failed to start
        return;
      }
      if (response.ok && ((await response.json()) as { editor?: boolean }).editor) answered = performance.now();
    } catch {
      // The gateway is away for a moment.
    }
  }
  setTimeout(() => void look(), ASK_EVERY_MS);
}

void look();

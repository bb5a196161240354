// The end of what a terminal prints, as text that one can only read.

import { signal } from '@preact/signals';
import { plainLog } from '../shared/text.ts';
import { TerminalLink, type Socket } from './link.ts';
import { lastLines } from './view.ts';

const KEPT_CHARACTERS = 20_000;
const SHOWN_LINES = 14;

/** Follows a terminal until `stop`; never sends it a key or a size. */
export function tail(id: string): { text: { value: string }; stop: () => void } {
  const text = signal('');
  const decoder = new TextDecoder();
  let kept = '';
  const link: TerminalLink = new TerminalLink(
    {
      connect(from) {
        const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
        return new WebSocket(
          `${scheme}//${location.host}/_supervisor/v1/terminals/${encodeURIComponent(id)}/connect?from=${from}`,
        ) as unknown as Socket;
      },
      after(ms, call) {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
    },
    {
      output(bytes) {
        kept = (kept + decoder.decode(bytes, { stream: true })).slice(-KEPT_CHARACTERS);
        text.value = lastLines(plainLog(kept, KEPT_CHARACTERS), SHOWN_LINES);
        link.drawn(bytes.length);
      },
      clear() {
        kept = '';
        text.value = '';
      },
      title() {},
      exit() {},
      connected() {},
      inputLost() {},
    },
  );
  link.open();
  return { text, stop: () => link.close() };
}

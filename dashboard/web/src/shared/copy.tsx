import { useSignal } from '@preact/signals';
import { Icon } from './icons.tsx';

/** Copies a text and says so. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const said = useSignal<'copied' | 'failed' | undefined>(undefined);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.value = 'copied';
    } catch {
      said.value = 'failed';
    }
    setTimeout(() => (said.value = undefined), 2000);
  };
  const words = said.value === 'copied' ? 'Copied' : said.value === 'failed' ? 'The browser refused to copy' : `Copy ${what}`;
  return (
    <button type="button" class="icon-button" aria-label={words} title={words} aria-live="polite" onClick={copy}>
      <Icon name={said.value === 'copied' ? 'check' : said.value === 'failed' ? 'cross' : 'copy'} />
    </button>
  );
}

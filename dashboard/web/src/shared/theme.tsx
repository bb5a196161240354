import { signal } from '@preact/signals';
import { Icon } from './icons.tsx';

export type Theme = 'light' | 'dark';

const system = matchMedia('(prefers-color-scheme: dark)');
const chosen = signal<Theme | undefined>(stored());
const systemDark = signal(system.matches);
system.addEventListener('change', () => (systemDark.value = system.matches));
addEventListener('storage', () => choose(stored()));

/** The theme that is shown now; read in a component or an effect, it is followed. */
export function theme(): Theme {
  return chosen.value ?? (systemDark.value ? 'dark' : 'light');
}

function stored(): Theme | undefined {
  const value = localStorage.getItem('berth.theme');
  return value === 'light' || value === 'dark' ? value : undefined;
}

function choose(next: Theme | undefined): void {
  chosen.value = next;
  if (next) {
    document.documentElement.dataset.theme = next;
    localStorage.setItem('berth.theme', next);
  } else {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem('berth.theme');
  }
}

/** Between light and dark; back at what the system says, the choice is forgotten and the system followed again. */
export function ThemeButton() {
  const other = theme() === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`Use the ${other} theme`}
      title={`Use the ${other} theme`}
      onClick={() => choose(other === (systemDark.value ? 'dark' : 'light') ? undefined : other)}
    >
      <Icon name={other === 'dark' ? 'moon' : 'sun'} />
    </button>
  );
}

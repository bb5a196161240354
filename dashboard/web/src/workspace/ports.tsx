import { CopyButton } from '../shared/copy.tsx';
import { Icon } from '../shared/icons.tsx';
import { portUrl } from '../shared/links.ts';
import { startPage, status } from './supervisor.ts';

/** The served ports with their addresses. */
export function PortList() {
  const ports = status.value?.ports ?? [];
  return (
    <>
      {ports.length === 0 && <p class="quiet">Nothing listens on a port yet. When a program does, its address appears here.</p>}
      <ul>
        {ports.map(({ port }) => {
          const url = portUrl(port, location);
          return (
            <li key={port}>
              <a href={url} target="_blank" rel="noopener noreferrer">
                <span class="menu-port">{port}</span>
                <span class="menu-url">{url.replace(/^https?:\/\/|\/$/g, '')}</span>
                <Icon name="open" />
              </a>
              <CopyButton text={url} what="its address" />
            </li>
          );
        })}
      </ul>
      {startPage.value && (
        <a class="menu-more" href={startPage.value.replace('/#/start/', '/#/workspace/')}>
          Who may see them: dashboard
        </a>
      )}
    </>
  );
}

/** The same as a page: beside an editor there is no menu of ours. */
export function PortsPage() {
  return (
    <main class="ports-page">
      <h1>Ports</h1>
      <div class="menu">
        <PortList />
      </div>
    </main>
  );
}

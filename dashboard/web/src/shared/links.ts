// Addresses that came from outside, before a browser follows them.

/** The address, where it is one of the web and tells no password; else nothing, so that no link is made. */
export function webUrl(text: string | undefined): string | undefined {
  if (!text || text.length > 4096) return undefined;
  try {
    const url = new URL(text);
    return (url.protocol === 'https:' || url.protocol === 'http:') && !url.password ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** Where a port of the workspace at `host` is served. */
export function portUrl(port: number, here: { protocol: string; host: string }): string {
  return `${here.protocol}//${port}-${here.host}/`;
}

/** What a program in the workspace calls localhost is, for a browser outside, the port's own host. */
export function outside(link: string, here: { protocol: string; host: string }): string | undefined {
  const safe = webUrl(link.replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//127.0.0.1'));
  if (!safe) return undefined;
  const url = new URL(safe);
  if (!/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)) return safe;
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return portUrl(port, here) + url.pathname.slice(1) + url.search + url.hash;
}

/** Opens a link in a tab of its own that cannot reach back. Only `trusted`, our dashboard, learns where it was clicked. */
export function openApart(url: string, trusted?: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.target = '_blank';
  link.rel = 'noopener';
  link.referrerPolicy = trusted && new URL(url).origin === new URL(trusted).origin ? 'origin' : 'no-referrer';
  link.click();
}

/** Whether `address` is of a host that `pattern` (".../{id}.ws..."), the workspaces' address, describes, or of a port of one. */
export function isWorkspaceAddress(address: string, pattern: string): boolean {
  const url = webUrl(address);
  const marked = webUrl(pattern.replace('{id}', 'berth-id'));
  if (!url || !marked) return false;
  const suffix = new URL(marked).host.split('berth-id')[1];
  const host = new URL(url).host;
  return !!suffix && host.endsWith(suffix) && host.length > suffix.length;
}

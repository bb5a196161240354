// The addresses by which programs on a desktop reach a workspace by SSH.

export interface SshAddress {
  host: string;
  port: number;
}

export interface Ways {
  command: string;
  vscode: string;
  jetbrains: string;
}

/** Nothing in them but what was read: an id, a host and a folder that can stand in a URL and a shell. */
export function ways(workspace: { id: string; folder: string }, ssh: SshAddress): Ways {
  const host = /^[A-Za-z0-9.-]{1,255}$/.test(ssh.host) ? ssh.host : 'unknown';
  // Not every resolver knows names below localhost; desktop editors have them of `berth ssh-config`.
  const plain = host.endsWith('.localhost') ? 'localhost' : host;
  const id = /^[a-z0-9-]{1,63}$/.test(workspace.id) ? workspace.id : 'unknown';
  const folder = workspace.folder.split('/').map(encodeURIComponent).join('/');
  const place = new URLSearchParams({ type: 'ssh', deploy: 'true', host, port: String(ssh.port), user: id, projectPath: workspace.folder });
  return {
    command: `ssh -p ${ssh.port} ${id}@${plain}`,
    vscode: `vscode://vscode-remote/ssh-remote+${id}@${host}:${ssh.port}${folder}`,
    jetbrains: `jetbrains-gateway://connect#${place.toString()}`,
  };
}

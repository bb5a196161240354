// What VS Code does for a workspace of ours beside its own: the tasks' terminals are its terminals, and programs
// of the workspace may open files and pages in its window.
'use strict';
const fs = require('fs');
const http = require('http');
const net = require('net');
const os = require('os');
const path = require('path');
const vscode = require('vscode');
const WebSocket = require('ws');

const DOORS = ['/run/berth/supervisor.sock', '/dev/shm/berth/supervisor.sock'];
const API = '/_supervisor/v1/';
const WINDOW = path.join(os.homedir(), '.local/share/berth/window');
/** A request is an address or a few. */
const REQUEST_CHARS_MAX = 65536;
const RETRY_MILLIS = 1000;
/** As long as VS Code shows a message: what a window that was gone before has shown, nobody has seen. */
const SEEN_MILLIS = 10000;

exports.activate = context => {
  leadHere(context);
  attachTasks(context).catch(error => console.error('berth: the tasks cannot be shown', error));
  follow(context);
};

// Links by which programs find this window; the newest window has them.
function leadHere(context) {
  fs.mkdirSync(WINDOW, {recursive: true, mode: 0o700});
  if (process.env.VSCODE_IPC_HOOK_CLI) lay(process.env.VSCODE_IPC_HOOK_CLI, path.join(WINDOW, 'cli'));
  const socket = path.join(os.tmpdir(), `berth-window-${process.pid}.sock`);
  fs.rmSync(socket, {force: true});
  const server = net.createServer({allowHalfOpen: true}, connection => {
    let text = '';
    connection.setEncoding('utf8');
    connection.on('data', piece => {
      text += piece;
      if (text.length > REQUEST_CHARS_MAX) connection.destroy();
    });
    connection.on('end', () => {
      connection.end();
      obey(text).catch(error => vscode.window.showErrorMessage(String(error.message || error)));
    });
    connection.on('error', () => connection.destroy());
  });
  server.listen(socket, () => {
    fs.chmodSync(socket, 0o600);
    lay(socket, path.join(WINDOW, 'requests'));
  });
  context.subscriptions.push({dispose: () => { server.close(); fs.rmSync(socket, {force: true}); }});
}

function lay(target, link) {
  const fresh = `${link}.${process.pid}`;
  fs.rmSync(fresh, {force: true});
  fs.symlinkSync(target, fresh);
  fs.renameSync(fresh, link);
}

async function obey(text) {
  const request = JSON.parse(text);
  if (typeof request.preview !== 'string') return;
  const address = vscode.Uri.parse(request.preview, true);
  if (!['http', 'https'].includes(address.scheme)) throw new Error(`${request.preview} is no address of a page.`);
  const outside = await vscode.env.asExternalUri(address);
  await vscode.commands.executeCommand('simpleBrowser.api.open', outside, {viewColumn: vscode.ViewColumn.Beside, preserveFocus: true});
}

/** Asks the supervisor; it is this user's own door and wants no token. */
function ask(name) {
  return new Promise((resolve, reject) => {
    http.get({socketPath: door(), path: API + name}, response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', piece => { text += piece; });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`the supervisor answers ${response.statusCode}`));
      });
    }).on('error', reject);
  });
}

function door() {
  return DOORS.find(socket => fs.existsSync(socket)) || DOORS[0];
}

// What the supervisor says of the workspace, from now on: each time that some of it is another.
function follow(context) {
  const served = new Map();
  const shown = new Set();
  let request;
  let again;
  const listen = () => {
    request = http.get({socketPath: door(), path: API + 'events'}, response => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', piece => {
        const lines = (rest + piece).split('\n');
        rest = lines.pop();
        for (const line of lines) {
          if (!line.startsWith('data:')) continue;
          const status = JSON.parse(line.slice(5));
          portsAre(context, served, status.ports);
          tellNotices(context, shown, status).catch(error => console.error('berth: the notices cannot be shown', error));
        }
      });
      response.on('close', retry);
    }).on('error', retry);
  };
  const retry = () => {
    clearTimeout(again);
    again = setTimeout(listen, RETRY_MILLIS);
  };
  context.subscriptions.push({dispose: () => { request.removeAllListeners('close'); clearTimeout(again); request.destroy(); }});
  listen();
}

// What the workspace serves is listed among VS Code's ports, and told as the definition wants. VS Code looks for
// ports too, but passes over those that were there before its window.
function portsAre(context, served, now) {
  const told = new Set(context.workspaceState.get('told', []));
  for (const [port, tunnel] of served) {
    if (now.some(one => one.port === port)) continue;
    served.delete(port);
    told.delete(port);
    tunnel.then(one => one && one.dispose()).catch(() => {});
  }
  for (const {port} of now) {
    if (served.has(port)) continue;
    const {onAutoForward, label} = attributes(port);
    if (onAutoForward === 'ignore') continue;
    served.set(port, list(port, label));
    if (told.has(port) || onAutoForward === 'silent') continue;
    told.add(port); // once for each time that it is served, not for each time that the page is loaded
    tell(port, label, onAutoForward).catch(error => console.error('berth: a port cannot be told', error));
  }
  context.workspaceState.update('told', [...told]);
}

async function list(port, label) {
  return vscode.workspace.openTunnel({remoteAddress: {host: 'localhost', port}, label, privacy: 'private'});
}

/** What the definition says of a port; the supervisor wrote it into the machine's settings. */
function attributes(port) {
  const remote = vscode.workspace.getConfiguration('remote');
  for (const [name, value] of Object.entries(remote.get('portsAttributes') || {})) {
    const [first, last] = name.split('-').map(Number);
    if (port >= first && port <= (last || first)) return value;
  }
  return {onAutoForward: 'notify'};
}

async function tell(port, label, how) {
  const address = await vscode.env.asExternalUri(vscode.Uri.parse(`http://localhost:${port}/`));
  const browse = () => vscode.env.openExternal(address);
  const preview = () => vscode.commands.executeCommand('simpleBrowser.api.open', address, {viewColumn: vscode.ViewColumn.Beside, preserveFocus: true});
  if (how === 'openBrowser') return browse();
  if (how === 'openPreview') return preview();
  const name = label ? `${label} is` : 'A service is';
  const chosen = await vscode.window.showInformationMessage(`${name} served on port ${port}.`, 'Open Browser', 'Open Preview');
  if (chosen === 'Open Browser') await browse();
  if (chosen === 'Open Preview') await preview();
}

// One terminal for each task, in their order; a window that is opened again shows the same ones anew.
async function attachTasks(context) {
  const {tasks} = await contentSettled();
  const {terminals} = await ask('terminals');
  const plans = JSON.parse(process.env.GITPOD_TASKS || '[]');
  let first;
  const last = new Map(); // of each place
  for (const task of tasks) {
    const known = terminals.find(one => one.id === task.terminal);
    if (!known) continue; // somebody closed it
    const plan = plans[task.index] || {};
    const terminal = vscode.window.createTerminal({
      name: task.name,
      pty: new TaskTerminal(task.terminal),
      iconPath: new vscode.ThemeIcon('tasklist'),
      isTransient: true,
      location: place(plan, plans, last.get(plan.openIn || 'bottom')),
    });
    context.subscriptions.push(terminal);
    first = first || terminal;
    last.set(plan.openIn || 'bottom', terminal);
  }
  if (first) first.show(true);
}

/** How each kind of notice is shown, the gravest first. */
const SHOWN = [
  {kind: 'error', show: vscode.window.showErrorMessage},
  {kind: 'warning', show: vscode.window.showWarningMessage},
  {kind: 'information', show: vscode.window.showInformationMessage},
];

// What was not as the repository wants it, a definition that cannot be read for example, and what else there is to know: told
// once, the gravest first and as grave as that is. Those of the start come together: nothing is told while the files are made.
async function tellNotices(context, shown, {content, notices, noticeKinds = []}) {
  if (content.kind === 'preparing') return;
  const seen = context.workspaceState.get('notices', []);
  const fresh = notices
    .map((text, at) => ({text, kind: noticeKinds[at] || 'warning'})) // a supervisor of before says no kinds
    .filter(({text}) => !seen.includes(text) && !shown.has(text));
  if (fresh.length === 0) return;
  for (const {text} of fresh) shown.add(text);
  const note = setTimeout(() => context.workspaceState.update('notices', notices), SEEN_MILLIS);
  context.subscriptions.push({dispose: () => clearTimeout(note)});
  const {kind, show} = SHOWN.find(each => fresh.some(notice => notice.kind === each.kind));
  const first = fresh.find(notice => notice.kind === kind).text;
  const more = fresh.length - 1;
  const chosen = await (more === 0 ? show(first) : show(`${first} (and ${more} more)`, 'Show All'));
  if (chosen !== 'Show All') return;
  const channel = vscode.window.createOutputChannel('Berth');
  context.subscriptions.push(channel);
  for (const notice of notices) channel.appendLine(notice);
  channel.show(true);
}

/**
 * As far as VS Code can: the panel, or columns of the editors from left to right; beside the one before there, or a tab of
 * its own. Which side of a terminal a split is on, and which tab comes first, no extension can say. The columns are named
 * by number: a window that is loaded again has them, empty, and "active" or "beside" would be others each time.
 */
function place({openIn, openMode}, plans, before) {
  if (before && (openMode || '').startsWith('split-')) return {parentTerminal: before};
  const columns = ['left', 'main', 'right'].filter(one => one === 'main' || plans.some(plan => plan.openIn === one));
  const column = columns.indexOf(openIn);
  return column < 0 ? vscode.TerminalLocation.Panel : {viewColumn: column + 1, preserveFocus: true};
}

async function contentSettled() {
  for (;;) {
    const status = await ask('status?wait=10000');
    if (status.content.kind !== 'preparing') return status;
  }
}

// A terminal of the supervisor's, seen through VS Code. Closing its tab lets go of it and ends nothing.
class TaskTerminal {
  constructor(id) {
    this.id = id;
    this.written = new vscode.EventEmitter();
    this.closed = new vscode.EventEmitter();
    this.named = new vscode.EventEmitter();
    this.onDidWrite = this.written.event;
    this.onDidClose = this.closed.event;
    this.onDidChangeName = this.named.event;
    this.offset = 0;
    this.open_ = false;
    this.size = undefined;
  }

  open(size) {
    this.open_ = true;
    this.size = size;
    this.connect();
  }

  close() {
    this.open_ = false;
    clearTimeout(this.again);
    if (this.socket) this.socket.close();
  }

  handleInput(text) {
    if (this.socket && this.socket.readyState === WebSocket.OPEN) this.socket.send(Buffer.from(text, 'utf8'));
  }

  setDimensions(size) {
    this.size = size;
    this.resize();
  }

  resize() {
    if (!this.size || !this.socket || this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({kind: 'resize', cols: this.size.columns, rows: this.size.rows}));
  }

  connect() {
    const decoder = new TextDecoder();
    const socket = new WebSocket(`ws+unix:${door()}:${API}terminals/${this.id}/connect?from=${this.offset}`);
    this.socket = socket;
    let gone = false;
    socket.on('open', () => this.resize());
    socket.on('message', (data, binary) => {
      if (binary) {
        this.offset += data.length;
        this.written.fire(decoder.decode(data, {stream: true}));
      } else {
        gone = this.told(JSON.parse(data.toString())) || gone;
      }
    });
    socket.on('close', code => {
      if (!this.open_ || gone) return;
      if (code === 1000) this.closed.fire(); // it was deleted
      else this.again = setTimeout(() => this.connect(), RETRY_MILLIS);
    });
    socket.on('error', () => {}); // the close that follows tells all
  }

  told(message) {
    if (message.kind === 'hello') {
      if (message.offset > this.offset && this.offset > 0) this.written.fire('\x1bc'); // output was missed
      this.offset = message.offset;
    } else if (message.kind === 'title' && message.title) {
      this.named.fire(message.title);
    } else if (message.kind === 'exit') {
      this.written.fire(`\r\n[ended with exit code ${message.code}]\r\n`);
      return true;
    }
    return false;
  }
}

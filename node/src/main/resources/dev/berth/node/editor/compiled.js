// Lets the runtime keep what it compiles of the editor's server in the tree, TREE/compiled, once for all instances: the
// server and the extension host are some MB of script each, and both are waited for at each start.
//
// A starter of ours says so to the runtime. A variable would do, too, but would reach what users run in their terminals.
//
// usage: node compiled.js TREE      before its runtime is given another C library
'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const tree = process.argv[2];
const out = path.join(tree, 'vscode/out');
const kept = path.join(tree, 'compiled');

/** The account that everybody works with: the runtime has a folder for each. */
const USER = 33333;

function fail(words) {
  console.error(`berth: failed: the editor's server is not what was tested: ${words}.`);
  process.exit(1);
}

const keep = (name) =>
  `import{enableCompileCache as ${name}}from"node:module";` +
  `${name}({directory:new URL("../../compiled",import.meta.url).pathname,portable:true});\n`;

fs.writeFileSync(path.join(out, 'berth-server.js'), `${keep('berthKeeps')}await import("./server-main.js");\n`);

const fork = path.join(out, 'bootstrap-fork.js');
const before = fs.readFileSync(fork, 'utf8');
if (!/await import\(\[`\.\/\$\{process\.env\.VSCODE_ESM_ENTRYPOINT\}\.js`\]/.test(before)) {
  fail('bootstrap-fork.js loads its entry otherwise');
}
fs.writeFileSync(fork, keep('berthKeeps') + before);

// What is run once is found in compiled form from then on; of a function that was never called only its outline.
const begin = `
import { enableCompileCache, flushCompileCache } from 'node:module';
import http from 'node:http';
enableCompileCache({ directory: ${JSON.stringify(kept)}, portable: true });
const end = () => { flushCompileCache(); process.kill(process.pid, 'SIGKILL'); };
process.on('uncaughtException', end).on('unhandledRejection', end);
`;
const work = fs.mkdtempSync(path.join(path.dirname(kept), '.compiling-'));
const socket = path.join(work, 's');
run(
  'the server',
  `${begin}
  const look = () => http.get({ socketPath: ${JSON.stringify(socket)}, path: '/version' }, end).on('error', () => setTimeout(look, 50));
  look();
  await import(${JSON.stringify(path.join(out, 'server-main.js'))});`,
  [`--socket-path=${socket}`, '--without-connection-token', '--accept-server-license-terms', '--telemetry-level=off',
    `--user-data-dir=${work}/data`, `--extensions-dir=${work}/extensions`],
);
for (const entry of ['vs/workbench/api/node/extensionHostProcess', 'vs/platform/terminal/node/ptyHostMain']) {
  const file = path.join(out, `${entry}.js`);
  if (!fs.existsSync(file)) fail(`it has no ${entry}.js`);
  // Without its parent it does nothing; this is for the reading of it.
  run(entry, `${begin} setTimeout(end, 3000); await import(${JSON.stringify(file)}); setTimeout(end, 300);`, []);
}
fs.rmSync(work, { recursive: true });

function run(what, script, more) {
  const file = path.join(work, 'run.mjs');
  fs.writeFileSync(file, script);
  const ended = spawnSync(process.execPath, [file, ...more], {
    env: { PATH: process.env.PATH, HOME: work },
    stdio: 'ignore',
    timeout: 60_000,
    killSignal: 'SIGTERM',
  });
  if (ended.signal !== 'SIGKILL') fail(`${what} ended with ${ended.status ?? ended.signal} when it was tried`);
}

const own = fs.readdirSync(kept).filter((name) => name.endsWith(`-${process.getuid()}`));
if (own.length !== 1) fail(`the runtime kept what it compiled in ${own.length} folders`);
fs.renameSync(path.join(kept, own[0]), path.join(kept, own[0].replace(/\d+$/, USER)));

// Makes the two pages of src/ for the jar, and the tests of test/ for node's test runner.
//
//   node build.mjs <folder of classes> <folder for tests>
//
// A second call with the same sources costs 0.1 s: beside what was made lies a hash of what it was made from.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = path.dirname(fileURLToPath(import.meta.url));
const [classes, tests] = process.argv.slice(2).map((folder) => path.resolve(folder));
if (!classes || !tests) fail('usage: node build.mjs <folder of classes> <folder for tests>');
const out = path.join(classes, 'dev/berth/dashboard');

// What may be in each page, gzipped: they load on phones and over slow lines. The terminal's emulator alone is 88 kB.
const PAGES = [
  { name: 'site', base: '', budget: 60_000, title: 'Berth' },
  // Below a path of ours: the rest of a workspace's host is its editor's.
  { name: 'workspace', base: '/_berth/page', budget: 200_000, title: 'Workspace', cover: true },
];

const [major] = process.versions.node.split('.').map(Number);
if (major < 18) fail(`Node ${process.versions.node} is too old for the web pages. Install Node 18 or newer.`);

const wanted = sourcesHash();
const stamp = path.join(tests, 'pages.stamp');
const made = PAGES.every((page) => fs.existsSync(path.join(out, page.name, 'files.txt')));
if (made && read(stamp) === wanted) process.exit(0);
installPackages();
await build();

function sourcesHash() {
  const hash = createHash('sha256').update(process.versions.node);
  const visit = (folder) => {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name === 'node_modules') continue;
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) visit(file);
      else hash.update(path.relative(here, file)).update('\0').update(fs.readFileSync(file)).update('\0');
    }
  };
  visit(here);
  return hash.digest('hex');
}

/** Brings node_modules to what the lock file says, where it is not there already. */
function installPackages() {
  const lock = fs.readFileSync(path.join(here, 'package-lock.json'));
  const installed = createHash('sha256').update(lock).update(process.arch).update(process.platform).digest('hex');
  const mark = path.join(here, 'node_modules/.installed');
  if (read(mark) === installed) return;
  const npm = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'],
    { cwd: here, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (npm.status !== 0) {
    fail('npm ci failed (its words are above). Check that npm reaches its registry: npm ping; a mirror is set by npm config set registry <url>.');
  }
  fs.writeFileSync(mark, installed);
}

async function build() {
  const tsc = spawnSync(process.execPath, [path.join(here, 'node_modules/typescript/bin/tsc'), '--project', here], {
    cwd: here,
    stdio: 'inherit',
  });
  if (tsc.status !== 0) fail('The web pages have type errors (above).');

  const esbuild = await import(pathToFileURL(path.join(here, 'node_modules/esbuild/lib/main.js')).href);
  fs.rmSync(stamp, { force: true });
  for (const page of PAGES) {
    const folder = path.join(out, page.name);
    fs.rmSync(folder, { recursive: true, force: true });
    const made = await esbuild.build({
      absWorkingDir: here,
      entryPoints: [`src/${page.name}/main.tsx`, 'src/shared/first.ts', 'src/shared/logo.svg'],
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      outdir: path.join(folder, 'assets'),
      entryNames: '[name]-[hash]',
      assetNames: '[name]-[hash]',
      loader: { '.svg': 'copy' },
      legalComments: 'none', // licences() keeps them whole
      metafile: true,
      logLevel: 'warning',
    });
    if (page.cover) await cover(esbuild, folder);
    const files = Object.keys(made.metafile.outputs).map((file) => path.basename(file));
    const url = (name, ext) => `${page.base}/assets/${files.find((file) => file.startsWith(name + '-') && file.endsWith(ext))}`;
    fs.writeFileSync(path.join(folder, 'index.html'), html(page.title, url));
    fs.writeFileSync(path.join(folder, 'assets/licences.txt'), licences(made.metafile));
    compress(page, folder);
  }

  fs.rmSync(tests, { recursive: true, force: true });
  await esbuild.build({
    absWorkingDir: here,
    entryPoints: fs.readdirSync(path.join(here, 'test')).map((file) => `test/${file}`),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node18',
    outdir: tests,
    outExtension: { '.js': '.mjs' },
    logLevel: 'warning',
  });
  fs.writeFileSync(stamp, wanted);
}

/** A script of its own under a name that stays, for the gateway to put into the editor's page. */
async function cover(esbuild, folder) {
  await esbuild.build({
    absWorkingDir: here,
    entryPoints: ['src/starting/main.ts'],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    outfile: path.join(folder, 'starting.js'),
    logLevel: 'warning',
  });
}

function html(title, url) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" type="image/svg+xml" href="${url('logo', '.svg')}">
<link rel="stylesheet" href="${url('main', '.css')}">
<script src="${url('first', '.js')}"></script>
<script type="module" src="${url('main', '.js')}"></script>
</head>
<body>
<div id="page"></div>
<noscript>This page needs JavaScript. The same can be done in a terminal: berth --help</noscript>
</body>
</html>
`;
}

/** The licences of the packages that are in a bundle, which ask to be passed on with it. */
function licences(metafile) {
  const packages = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
  }
  return [...packages]
    .sort()
    .map((name) => {
      const folder = path.join(here, 'node_modules', name);
      const { version, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
      const file = fs.readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      return `${name} ${version} (${license})\n\n${file ? fs.readFileSync(path.join(folder, file), 'utf8').trim() : ''}\n`;
    })
    .join('\n---\n\n');
}

/** Lays a .gz beside each file, lists all files for Pages.java, and holds the page to its budget. */
function compress(page, folder) {
  const files = ['index.html', ...(page.cover ? ['starting.js'] : []), ...fs.readdirSync(path.join(folder, 'assets')).map((file) => `assets/${file}`)];
  let total = 0;
  for (const file of files) {
    const zipped = gzipSync(fs.readFileSync(path.join(folder, file)), { level: 9 });
    fs.writeFileSync(path.join(folder, file + '.gz'), zipped);
    if (!file.endsWith('licences.txt')) total += zipped.length;
  }
  fs.writeFileSync(path.join(folder, 'files.txt'), files.sort().join('\n') + '\n');
  console.log(`page ${page.name}: ${(total / 1000).toFixed(1)} kB gzipped of at most ${page.budget / 1000} kB`);
  if (total > page.budget) fail(`The page ${page.name} is larger than its budget. Take something out.`);
}

function read(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

function fail(words) {
  console.error(words);
  process.exit(1);
}

// Stands in for @vscode/spdlog, whose compiled part would make a compiler a need of every machine:
// the same calls, in plain JavaScript. Log files are small and few, so writing them at once is fast enough.
'use strict';
const fs = require('fs');
const path = require('path');

const NAMES = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];
let levelOfAll = 2;

class Logger {
  constructor(_kind, name, file, maxBytes, maxFiles) {
    this.name = name;
    this.file = file;
    this.maxBytes = maxBytes;
    this.maxFiles = maxFiles;
    this.level = levelOfAll;
    this.plain = false;
    this.open();
  }

  open() {
    this.descriptor = fs.openSync(this.file, 'a');
    this.bytes = fs.fstatSync(this.descriptor).size;
  }

  // name.log, name.1.log, name.2.log, the oldest last.
  rotate() {
    fs.closeSync(this.descriptor);
    const {dir, name, ext} = path.parse(this.file);
    const numbered = number => (number === 0 ? this.file : path.join(dir, `${name}.${number}${ext}`));
    for (let number = this.maxFiles - 1; number > 0; number--) {
      if (fs.existsSync(numbered(number - 1))) fs.renameSync(numbered(number - 1), numbered(number));
    }
    if (this.maxFiles <= 1) fs.rmSync(this.file, {force: true});
    this.open();
  }

  write(level, message) {
    if (level < this.level || this.descriptor === undefined) return;
    const line = this.plain ? message : `${stamp()} [${NAMES[level]}] ${message}\n`;
    const bytes = Buffer.from(line);
    try {
      if (this.bytes > 0 && this.bytes + bytes.length > this.maxBytes) this.rotate();
      fs.writeSync(this.descriptor, bytes);
      this.bytes += bytes.length;
    } catch {
      // The disk is full or the folder is gone: what runs must not end for its log.
    }
  }

  trace(message) { this.write(0, message); }
  debug(message) { this.write(1, message); }
  info(message) { this.write(2, message); }
  warn(message) { this.write(3, message); }
  error(message) { this.write(4, message); }
  critical(message) { this.write(5, message); }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  setPattern() { this.plain = false; }
  clearFormatters() { this.plain = true; }
  flush() {}

  drop() {
    if (this.descriptor !== undefined) fs.closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}

function stamp() {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60000);
  return local.toISOString().slice(0, 23).replace('T', ' ');
}

async function create(kind, name, file, maxBytes, maxFiles) {
  await fs.promises.mkdir(path.dirname(file), {recursive: true});
  return new Logger(kind, name, file, maxBytes, maxFiles);
}

exports.version = 11100;
exports.Logger = Logger;
exports.setLevel = level => { levelOfAll = level; };
exports.setFlushOn = () => {};
exports.createRotatingLogger = (...of) => create('rotating', ...of);
exports.createAsyncRotatingLogger = (...of) => create('rotating_async', ...of);

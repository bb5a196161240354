// Words for people, made of data that came from outside.

// Controls, line and paragraph separators, zero-width and direction marks: with these a name can look like another one.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** One line in which every character can be seen, at most `limit` long. */
export function printable(text: string, limit = 300): string {
  const shown = text.slice(0, limit + 1).replace(UNSEEN, '\ufffd');
  return shown.length > limit ? shown.slice(0, limit - 1) + '…' : shown;
}

// What programs write to colour and move: CSI, OSC (ended by BEL or ST), and the two-character ones.
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]*[0-~])/g;

/** Several lines of a log without its escape sequences; its last `limit` characters. */
export function plainLog(text: string, limit: number): string {
  const tail = text.length > limit ? text.slice(text.indexOf('\n', text.length - limit) + 1) : text;
  return tail
    .replace(ESCAPES, '')
    .split('\n')
    .map((line) => line.replace(/\r+$/, '').replace(/^.*\r/, '').replace(/\t/g, '    ').replace(UNSEEN, '\ufffd'))
    .join('\n');
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago `then` was: "3 min ago". Clocks differ, so the near future counts as now. */
export function ago(then: number, now: number): string {
  const past = now - then;
  if (Number.isNaN(past)) return 'at an unknown time';
  if (past < 10 * SECOND) return 'just now';
  if (past < MINUTE) return `${Math.floor(past / SECOND)} s ago`;
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`;
  if (past < DAY) return `${Math.floor(past / HOUR)} h ago`;
  const days = Math.floor(past / DAY);
  if (days < 60) return days === 1 ? '1 day ago' : `${days} days ago`;
  if (days < 730) return `${Math.floor(days / 30)} months ago`;
  return `${Math.floor(days / 365)} years ago`;
}

/** How far off `then` is: "in 3 days"; hours where it is less than two days. */
export function ahead(then: number, now: number): string {
  const left = then - now;
  if (Number.isNaN(left)) return 'at an unknown time';
  if (left < MINUTE) return 'now';
  if (left < HOUR) return `in ${Math.floor(left / MINUTE)} min`;
  if (left < 2 * DAY) return `in ${Math.floor(left / HOUR)} h`;
  return `in ${Math.floor(left / DAY)} days`;
}

/** A day and a time of it, in words of this browser's language. */
export function dayAndTime(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** A stretch of time: "0.4 s", "12.3 s", "3 min 20 s", "2 h 5 min". */
export function duration(ms: number): string {
  const span = Math.max(0, ms);
  if (Number.isNaN(span)) return '';
  if (span < MINUTE) return `${(Math.floor(span / 100) / 10).toFixed(1)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min ${Math.floor((span % MINUTE) / SECOND)} s`;
  return `${Math.floor(span / HOUR)} h ${Math.floor((span % HOUR) / MINUTE)} min`;
}

/** The exact time, for a title on hover. */
export function exactly(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'medium' });
}

export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let amount = count;
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${amount >= 10 || Number.isInteger(amount) ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`;
}

/** The share of the work that a step's words tell: 34 of 120 in "pulled 34 of 120 MB", 28 in "Receiving objects: 28%". */
export function share(detail: string): number | undefined {
  const percent = /(\d{1,3})(?:\.\d+)? ?%/.exec(detail);
  if (percent) return Math.min(1, Number(percent[1]) / 100);
  const part = /(\d+(?:\.\d+)?)(?: ?[kMG]?i?B)? (?:of|\/) (\d+(?:\.\d+)?)/.exec(detail);
  const [done, all] = [Number(part?.[1]), Number(part?.[2])];
  return all > 0 && done <= all ? done / all : undefined;
}

/** The readable part of an id: "octo-hello" of "octo-hello-abcdefghijk". */
export function repositoryOf(id: string): string {
  return /^([0-9a-z]{2,16}-[0-9a-z]{2,16})-[0-9a-z]{11}$/.exec(id)?.[1] ?? id;
}

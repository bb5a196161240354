// Our own small line icons, on a grid of 16.
const PATHS = {
  play: 'M5 3.2v9.6l7.6-4.8z',
  stop: 'M4.2 4.2h7.6v7.6H4.2z',
  trash: 'M2.8 4.5h10.4M6.2 4.5V2.8h3.6v1.7M4.3 4.5l.6 8.7h6.2l.6-8.7M6.8 7v3.8M9.2 7v3.8',
  open: 'M6.5 3.5H3.5v9h9v-3M9 3h4v4M13 3 7.3 8.7',
  copy: 'M5.8 5.8h7v7h-7zM10.2 5.8V3.2h-7v7h2.6',
  check: 'M3 8.6 6.4 12 13 4.4',
  cross: 'M4 4l8 8M12 4l-8 8',
  info: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M8 7.4v3.4M8 5v.1',
  alert: 'M8 2.2 14.4 13.4H1.6zM8 6.4v3.2M8 11.4v.1',
  moon: 'M13 9.8A5.6 5.6 0 0 1 6.2 3 5.6 5.6 0 1 0 13 9.8z',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.4v1.2M8 13.4v1.2M1.4 8h1.2M13.4 8h1.2M3.3 3.3l.9.9M11.8 11.8l.9.9M3.3 12.7l.9-.9M11.8 4.2l.9-.9',
  branch: 'M4.5 5.5v5M4.5 5.5a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2M4.5 13.7a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2M11.5 6.7a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2M11.5 6.7c0 2.6-3.8 2.4-6.7 4',
  plus: 'M8 3v10M3 8h10',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  right: 'M2 3h12v10H2zM8 3v10',
  folder: 'M1.8 12.8V3.4h4.4l1.5 1.9h6.5v7.5z',
  file: 'M3.8 1.8h5.4l3 3v9.4H3.8zM9.2 1.8v3h3',
  down: 'M2 3h12v10H2zM2 8h12',
  ports: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M2 8h12M8 2c2.2 2 2.2 10 0 12M8 2c-2.2 2-2.2 10 0 12',
  clock: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M8 4.8V8l2.2 1.6',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  key: 'M10.6 2.4a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8.4 7.6 2.6 13.4M4.4 11.6l1.6 1.6M6.2 9.8l1.2 1.2',
  keyboard: 'M1.5 4h13v8h-13zM4 6.6h.01M6.7 6.6h.01M9.4 6.6h.01M12 6.6h.01M5 9.6h6',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** A ship's bollard above the water, as in logo.svg. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#0f766e" />
      <path d="M10 6.5h12a2.5 2.5 0 0 1 0 5h-1.3v6.5h-9.4v-6.5H10a2.5 2.5 0 0 1 0-5z" fill="#fff" />
      <path d="M8.3 20h15.4" stroke="#fff" stroke-width="3" stroke-linecap="round" />
      <path d="M11.3 15.6c3 1.3 6.4 1.3 9.4 0" fill="none" stroke="#0f766e" stroke-width="1.8" />
      <path d="M5 25.2c1.85 0 1.85 1.6 3.7 1.6s1.8-1.6 3.65-1.6 1.85 1.6 3.65 1.6 1.85-1.6 3.65-1.6 1.85 1.6 3.65 1.6 1.85-1.6 3.7-1.6" fill="none" stroke="#99f6e4" stroke-width="2.2" stroke-linecap="round" />
    </svg>
  );
}

// Our own small line icons, on a grid of 16.
const PATHS = {
  play: 'M5 3.2v9.6l7.6-4.800z',
  stop: 'M4.2 4.200h7.600v7.600H4.200z',
  trash: 'M2.8 4.500h10.400M6.2 4.500V2.800h3.600v1.700M4.3 4.500l.6 8.700h6.200l.6-8.700M6.8 7v3.800M9.2 7v3.8',
  open: 'M6.5 3.500H3.500v9h9v-3M9 3h4v4M13 3 7.3 8.7',
  copy: 'M5.8 5.800h7v7h-7zM10.2 5.800V3.200h-7v7h2.6',
  check: 'M3 8.6 6.4 12 13 4.4',
  cross: 'M4 4l8 8M12 4l-8 8',
  alert: 'M8 2.2 14.4 13.400H1.600zM8 6.400v3.200M8 11.400v.1',
  moon: 'M13 9.800A5.6 5.6 0 0 1 6.2 3 5.6 5.6 0 1 0 13 9.800z',
  sun: 'M8 5.200a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.600M8 1.400v1.200M8 13.400v1.200M1.4 8h1.200M13.4 8h1.200M3.3 3.300l.9.9M11.8 11.800l.9.9M3.3 12.700l.9-.9M11.8 4.200l.9-.9',
  branch: 'M4.5 5.500v5M4.5 5.500a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.200M4.5 13.700a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.200M11.5 6.700a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.200M11.5 6.700c0 2.6-3.8 2.4-6.7 4',
  plus: 'M8 3v10M3 8h10',
  pause: 'M5.5 3.500v9M10.5 3.500v9',
  right: 'M2 3h12v10H2zM8 3v10',
  down: 'M2 3h12v10H2zM2 8h12',
  ports: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M2 8h12M8 2c2.2 2 2.2 10 0 12M8 2c-2.2 2-2.2 10 0 12',
  clock: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M8 4.800V8l2.2 1.6',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  keyboard: 'M1.5 4h13v8h-13zM4 6.600h.01M6.7 6.600h.01M9.4 6.600h.01M12 6.600h.01M5 9.600h6',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** A ship's bollard above the water line. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#0f766e" />
      <g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round">
        <path d="M10.5 8.400h11" />
        <path d="M13 8.600v10.800M19 8.600v10.8" />
        <path d="M8.2 13.600c3.4 2.6 12.2 2.6 15.6 0" />
      </g>
      <path
        d="M5 23.200c1.8 0 1.8 1.6 3.7 1.600s1.8-1.6 3.6-1.6 1.9 1.6 3.7 1.6 1.9-1.6 3.7-1.6 1.8 1.6 3.6 1.6 1.9-1.6 3.7-1.6"
        fill="none"
        stroke="#99f6e4"
        stroke-width="2.4"
        stroke-linecap="round"
      />
    </svg>
  );
}

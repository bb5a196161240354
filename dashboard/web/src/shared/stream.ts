// A stream of server-sent events that is kept up while somebody looks.

export interface StreamEvents {
  message(data: string): void;
  /** The stream broke, for the `failures`-th time without a message between; whether to go on trying. */
  lost(failures: number): Promise<boolean>;
}

const RETRY_MS = [250, 500, 1000, 2000, 5000];
// Without TLS a browser has six connections to a host for all its tabs: those that nobody sees must not hold one each.
const UNSEEN_MS = 10_000;

/** Listens until `lost` says no. The first message of a connection tells all, so nothing is missed in between. */
export function follow(url: string, events: StreamEvents): void {
  let source: EventSource | undefined;
  let failures = 0;
  let paused = false;
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const connect = () => {
    clearTimeout(timer);
    source?.close();
    const mine = new EventSource(url);
    source = mine;
    mine.onmessage = (message) => {
      failures = 0;
      events.message(String(message.data));
    };
    mine.onerror = async () => {
      mine.close();
      if (source !== mine) return;
      const goOn = await events.lost(failures);
      if (source !== mine) return; // connected anew meanwhile
      ended = !goOn;
      if (goOn && !paused) timer = setTimeout(connect, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
    };
  };
  const pause = () => {
    paused = true;
    source?.close();
    clearTimeout(timer);
  };

  let unseen: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(unseen);
    if (ended) return;
    if (document.hidden) {
      unseen = setTimeout(pause, UNSEEN_MS);
    } else if (paused) {
      paused = false;
      connect();
    }
  });
  addEventListener('online', () => {
    if (!ended && !paused) connect();
  });
  connect();
}

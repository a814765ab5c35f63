// The page's line to the server: one WebSocket, reopened by itself, with the whole state read again after each gap.

const SILENT_MS = 4200; // the server speaks each 2 s
const LOOK_MS = 400;
const ASLEEP_MS = 3000; // between two looks: the computer slept, perhaps with the page in sight, which no event tells
const FIRST_RETRY_MS = 300;
const LONGEST_RETRY_MS = 4000;
const SIGNED_OUT = 4401; // the server's close code: the log-in has ended
const TOO_MANY_PAGES = 4429; // and: this log-in has opened more pages since
const USED_EVERY_MS = 20000;

/**
 * @typedef {{now?: number, parts?: Record<string, string>, title?: string, language?: string, said?: string,
 *   outcome?: string}} Message
 * @typedef {{onMessage: (message: Message) => void, onLine: (there: boolean) => void, onSignedOut: () => void,
 *   onCrowdedOut: () => void}} Listener
 */

/**
 * @param {Listener} listener
 * @returns {{again: () => void}} `again` asks the socket for everything, after something else has changed the page
 */
export function connect(listener) {
  /** @type {WebSocket | null} */
  let socket = null;
  let heardAt = performance.now();
  let openedAt = heardAt;
  let tries = 0;
  let retryTimer = 0;
  let usedAt = -Infinity;
  let lookedAt = Date.now(); // by the clock on the wall: the other one may stand still in sleep

  function open() {
    clearTimeout(retryTimer);
    openedAt = performance.now();
    const mine = new WebSocket(new URL("/live", location.href).href.replace(/^http/, "ws"));
    socket = mine;
    mine.onmessage = (event) => {
      if (mine !== socket) return;
      heardAt = performance.now();
      tries = 0;
      listener.onLine(true);
      listener.onMessage(JSON.parse(event.data));
    };
    mine.onclose = (event) => {
      if (mine !== socket) return;
      socket = null;
      if (event.code === SIGNED_OUT) listener.onSignedOut();
      else if (event.code === TOO_MANY_PAGES) listener.onCrowdedOut(); // to come back would put out another
      else retryLater();
    };
  }

  function drop() {
    const old = socket;
    socket = null; // its late messages count no more
    old?.close();
  }

  function retryLater() {
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** tries++);
    clearTimeout(retryTimer);
    // Jitter, so that 150 pages don't come back in the same moment.
    retryTimer = setTimeout(retry, longest * (0.5 + Math.random() / 2));
  }

  async function retry() {
    if (await readState()) open();
    else retryLater();
  }

  /** Read everything by HTTP; tells whether the server answered. */
  async function readState() {
    try {
      const answer = await fetch("/state", {
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(3000),
      });
      if (answer.status === 401 || answer.status === 403) listener.onSignedOut();
      if (!answer.ok) return false;
      listener.onMessage(await answer.json());
      return true;
    } catch {
      return false;
    }
  }

  function look() {
    const slept = Date.now() - lookedAt > ASLEEP_MS;
    lookedAt = Date.now();
    if (slept) wake();
    const now = performance.now();
    if (now - heardAt < SILENT_MS) return;
    listener.onLine(false);
    if (socket && now - openedAt > SILENT_MS) {
      drop();
      retryLater();
    }
  }

  /** The page is looked at again, perhaps after hours under a closed lid: be right at once. */
  function wake() {
    if (document.visibilityState === "hidden") return;
    void readState().then(again);
    if (!socket || performance.now() - heardAt > SILENT_MS) {
      drop();
      tries = 0;
      open();
    }
  }

  function again() {
    if (socket?.readyState === WebSocket.OPEN) socket.send("again");
  }

  function used() {
    if (socket?.readyState !== WebSocket.OPEN || performance.now() - usedAt < USED_EVERY_MS) return;
    usedAt = performance.now();
    socket.send("used");
  }

  open();
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", wake);
  document.addEventListener("resume", wake); // frozen until now (Page Lifecycle)
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => event.persisted && wake());
  addEventListener("pointerdown", used);
  addEventListener("keydown", used);
  return { again };
}

import { setTimeout as sleep } from "node:timers/promises";
import { send } from "./send.ts";
import type { Endpoint } from "./send.ts";
import type { Instance } from "../instance.ts";
import { newId } from "../ids.ts";

export interface Message {
  /** svix-id: the same on every retry, replay and duplicate. */
  id: string;
  type: string;
  body: string;
}

export interface Delivery {
  messageId: string;
  url: string;
  /** How often it was tried and failed. */
  attempts: number;
  /** Unix milliseconds of the real clock. */
  nextAttemptAt: number;
}

/** Svix's schedule: at once, then each so many seconds after the failure before; after the last it has failed. */
const RETRY_AFTER_SECONDS = [0, 5, 300, 1800, 7200, 18_000, 36_000, 36_000];

/** Longer than the whole schedule. */
const ABANDONED_AFTER_MS = 2 * 86_400_000;

/** What is kept for replay. */
const MESSAGES_KEPT = 1000;

/** With `shuffle`, deliveries wait up to this long, so that there is an order to change. */
const SHUFFLE_MS = 40;

export interface Outbox {
  addEndpoint(endpoint: Endpoint): void;
  /** Queues an event for every endpoint that wants it; answers the svix-id. */
  push(event: { type: string; body: string; svixId?: string }): string;
  /** Sends a message again with the same svix-id; answers to how many endpoints. */
  replay(svixId: string): number;
  /** Looks at the queue: after settings changed. */
  wake(): void;
  settled(): Promise<void>;
  /** Stops deliveries; what was under way counts as not tried and goes out after the next start. */
  close(): Promise<void>;
}

export function openOutbox(
  instance: Instance,
  options: { retryFactor: number; log: (line: string) => void },
): Outbox {
  const { messages, deliveries } = instance.tables;
  // Receivers register at each start (their port may have changed); what waits for one resumes when it is back.
  const endpoints = new Map<string, Endpoint>();
  const underWay = new Map<string, Promise<void>>();
  const waiters = new Set<() => void>();
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  forgetAbandoned(deliveries);

  const waiting = (): [string, Delivery][] =>
    instance.settings.paused ? [] : [...deliveries].filter(([, delivery]) => endpoints.has(delivery.url));

  function enqueue(messageId: string, url: string): void {
    const copies = instance.settings.duplicate ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const delay = instance.settings.shuffle ? Math.random() * SHUFFLE_MS : 0;
      deliveries.set(newId("msg"), { messageId, url, attempts: 0, nextAttemptAt: Date.now() + delay });
    }
    instance.changed();
    setImmediate(wake);
  }

  /** One delivery at a time for each endpoint, the one that is due longest first. */
  function wake(): void {
    if (closing.signal.aborted) return;
    clearTimeout(timer);
    const queue = waiting().toSorted(([, a], [, b]) => a.nextAttemptAt - b.nextAttemptAt);
    for (const [id, delivery] of queue) {
      if (delivery.nextAttemptAt > Date.now() || underWay.has(delivery.url)) continue;
      const attempt = deliver(id, delivery).finally(() => {
        underWay.delete(delivery.url);
        wake();
      });
      underWay.set(delivery.url, attempt);
    }
    const next = queue.find(([, delivery]) => !underWay.has(delivery.url));
    if (next !== undefined) timer = setTimeout(wake, Math.max(1, next[1].nextAttemptAt - Date.now())).unref();
    if (queue.length === 0 && underWay.size === 0) for (const resolve of waiters) resolve();
  }

  async function deliver(id: string, delivery: Delivery): Promise<void> {
    const endpoint = endpoints.get(delivery.url);
    const message = messages.get(delivery.messageId);
    if (endpoint === undefined || message === undefined) return finish(id);
    const outcome = await send({ message, endpoint, settings: instance.settings, signal: closing.signal });
    if (closing.signal.aborted) return;
    if (outcome.kind === "disable") endpoints.delete(delivery.url);
    if (outcome.kind === "retry" && deliveries.has(id)) return postpone(id, delivery, outcome.why);
    finish(id);
  }

  function postpone(id: string, delivery: Delivery, why: string): void {
    delivery.attempts += 1;
    const seconds = RETRY_AFTER_SECONDS[delivery.attempts];
    options.log(`Webhook ${delivery.messageId} was not taken by ${delivery.url} (${why}).`);
    if (seconds === undefined) return finish(id);
    delivery.nextAttemptAt = Date.now() + seconds * 1000 * options.retryFactor;
    instance.changed();
  }

  function finish(id: string): void {
    deliveries.delete(id);
    instance.changed();
  }

  return {
    addEndpoint(endpoint) {
      endpoints.set(endpoint.url, endpoint);
      setImmediate(wake);
    },
    push({ type, body, svixId = newId("msg") }) {
      messages.set(svixId, { id: svixId, type, body });
      forgetOldest(messages, deliveries);
      for (const endpoint of endpoints.values()) if (wants(endpoint, type)) enqueue(svixId, endpoint.url);
      instance.changed();
      return svixId;
    },
    replay(svixId) {
      const message = messages.get(svixId);
      if (message === undefined) return 0;
      const receivers = [...endpoints.values()].filter((endpoint) => wants(endpoint, message.type));
      for (const endpoint of receivers) enqueue(svixId, endpoint.url);
      return receivers.length;
    },
    wake: () => void setImmediate(wake),
    settled: () =>
      new Promise((resolve) => {
        if (closing.signal.aborted) return resolve();
        const done = (): void => {
          waiters.delete(done);
          resolve();
        };
        waiters.add(done);
        return void setImmediate(wake);
      }),
    async close() {
      closing.abort();
      clearTimeout(timer);
      await Promise.all(underWay.values());
      for (const resolve of waiters) resolve();
      await sleep(0);
    },
  };
}

function wants(endpoint: Endpoint, type: string): boolean {
  return endpoint.events === undefined || endpoint.events.includes(type);
}

/** What waits since before the whole schedule is for a receiver that did not come back. */
function forgetAbandoned(deliveries: Map<string, Delivery>): void {
  const longAgo = Date.now() - ABANDONED_AFTER_MS;
  for (const [id, { nextAttemptAt }] of deliveries) if (nextAttemptAt < longAgo) deliveries.delete(id);
}

function forgetOldest(messages: Map<string, Message>, deliveries: Map<string, Delivery>): void {
  if (messages.size <= MESSAGES_KEPT) return;
  const needed = new Set([...deliveries.values()].map((delivery) => delivery.messageId));
  for (const id of messages.keys()) {
    if (messages.size <= MESSAGES_KEPT) return;
    if (!needed.has(id)) messages.delete(id);
  }
}

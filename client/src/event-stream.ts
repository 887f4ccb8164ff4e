/** One event of a `text/event-stream`. */
export interface StreamEvent {
  name: string;
  data: string;
  id: string | undefined;
}

/**
 * The events in a body, as they come in. (The browser's own EventSource can send no headers: the token would have to
 * stand in the address, where logs keep it.)
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let unread = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      // An event ends with an empty line (the server writes plain line feeds); what comes after the last one is not whole yet.
      const blocks = (unread + decoder.decode(value, { stream: true })).split("\n\n");
      unread = blocks.pop() ?? "";
      for (const block of blocks) yield readEvent(block);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function readEvent(block: string): StreamEvent {
  const event: StreamEvent = { name: "message", data: "", id: undefined };
  for (const line of block.split("\n")) {
    const [, field, value = ""] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === "event") event.name = value;
    if (field === "data") event.data += value;
    if (field === "id") event.id = value;
  }
  return event;
}

import type { Socket } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { dial } from "../support/socket.ts";
import { openWorld } from "../support/world.ts";

/** Opens a batch of ten calls whose inputs never come. */
async function beginToAsk(url: string, token: string): Promise<Socket> {
  const { host } = new URL(url);
  const socket = await dial(url);
  onTestFinished(() => void socket.destroy());
  const paths = Array.from({ length: 10 }, () => "projects.create").join(",");
  const head = [
    `POST /trpc/${paths}?batch=1 HTTP/1.1`,
    `Host: ${host}`,
    `Authorization: Bearer ${token}`,
    "Content-Type: application/json",
    "Content-Length: 100",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  return socket;
}

test("whoever asks and then sends nothing takes nobody's place", async () => {
  const { ada, people, server } = await openWorld({ ada: "owner", eve: "stranger" });
  const { pressure } = server.running.services;
  const counted = vi.spyOn(pressure, "aside");

  for (let each = 0; each < 110; each++) await beginToAsk(server.url, people.eve.token);
  await vi.waitFor(() => expect(counted.mock.calls.length).toBeGreaterThanOrEqual(1_100), 10_000);

  expect(pressure.callsAtWork()).toBe(0);
  expect(await ada.me.get.query()).toMatchObject({ email: people.ada.email });
});

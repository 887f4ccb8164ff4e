import { expect, test } from "vitest";
import { send } from "../support/raw.ts";
import type { RawAnswer } from "../support/raw.ts";
import { openWorld } from "../support/world.ts";

function make(token: string): Promise<RawAnswer> {
  return send("/api/v1/workspaces", {
    method: "POST",
    token,
    body: JSON.stringify({ name: "Acme" }),
    headers: { "content-type": "application/json", "x-admin-key": "anything", "idempotency-key": "acme-1" },
  });
}

test("nobody is given another's answer by sending any admin key and the other's Idempotency-Key", async () => {
  const { ada, eve, people } = await openWorld({ ada: "stranger", eve: "stranger" });
  const first = await make(people.ada.token);
  const second = await make(people.eve.token);

  expect([first.status, second.status]).toEqual([201, 201]);
  const [adas] = (await ada.workspaces.list.query({})).items;
  const [eves] = (await eve.workspaces.list.query({})).items;
  expect(first.json).toMatchObject({ id: adas!.id });
  expect(second.json).toMatchObject({ id: eves!.id });
});

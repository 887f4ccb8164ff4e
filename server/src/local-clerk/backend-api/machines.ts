import { Hono } from "hono";
import { z } from "zod";
import { json, page, readBody, sort } from "../http.ts";
import { addScope, createMachine, CreateMachine, deleteMachine } from "../resources/machines.ts";
import { describeMachine, getMachine, removeScope } from "../resources/machines.ts";
import { rotateMachineSecret, updateMachine, UpdateMachine } from "../resources/machines.ts";
import type { Instance } from "../instance.ts";

const Rotate = z.looseObject({ previous_token_ttl: z.number().int().min(0).max(28_800) });
const ToMachine = z.looseObject({ to_machine_id: z.string() });

export function machineRoutes(instance: Instance): Hono {
  const routes = new Hono();
  routes.get("/", (c) => {
    const query = new URL(c.req.url).searchParams;
    const wanted = query.get("query")?.toLowerCase() ?? "";
    const found = [...instance.tables.machines.values()].filter((machine) =>
      `${machine.id} ${machine.name}`.toLowerCase().includes(wanted),
    );
    const { data, total_count } = page(sort(found, query, "-created_at"), query);
    return json({ data: data.map((machine) => describeMachine(instance, machine)), total_count });
  });
  routes.post("/", async (c) => {
    const machine = createMachine(instance, await readBody(c, CreateMachine));
    return json(describeMachine(instance, machine, true));
  });
  routes.get("/:id", (c) => json(describeMachine(instance, getMachine(instance, c.req.param("id")))));
  routes.patch("/:id", async (c) => {
    const input = await readBody(c, UpdateMachine);
    return json(describeMachine(instance, updateMachine(instance, c.req.param("id"), input)));
  });
  routes.delete("/:id", (c) => json(deleteMachine(instance, c.req.param("id"))));
  routes.get("/:id/secret_key", (c) => {
    const { secret_key } = getMachine(instance, c.req.param("id"));
    return json({ object: "machine_secret_key", secret: secret_key });
  });
  routes.post("/:id/secret_key/rotate", async (c) => {
    const { previous_token_ttl } = await readBody(c, Rotate);
    const secret = rotateMachineSecret(instance, c.req.param("id"), previous_token_ttl);
    return json({ object: "machine_secret_key", secret });
  });
  routes.post("/:id/scopes", async (c) => {
    const { to_machine_id } = await readBody(c, ToMachine);
    return json(addScope(instance, c.req.param("id"), to_machine_id));
  });
  routes.delete("/:id/scopes/:other", (c) =>
    json(removeScope(instance, c.req.param("id"), c.req.param("other"))),
  );
  return routes;
}

import { z } from "zod";
import { notFound } from "../errors.ts";
import { sameSecret } from "../guard.ts";
import { newId, newSecret } from "../ids.ts";
import { nextUpdate } from "../instance.ts";
import type { Instance } from "../instance.ts";
import type { Machine } from "../shapes-machine.ts";
import type { DeletedObject } from "./users.ts";

const TTL_SECONDS = 3600;

export const CreateMachine = z.looseObject({
  name: z.string().min(1),
  scoped_machines: z.array(z.string()).max(150).nullish(),
  default_token_ttl: z.number().int().min(1).nullish(),
});
export const UpdateMachine = z.looseObject({
  name: z.string().min(1).nullish(),
  default_token_ttl: z.number().int().min(1).nullish(),
});

export function getMachine(instance: Instance, id: string): Machine {
  const machine = instance.tables.machines.get(id);
  if (machine === undefined) throw notFound("Machine");
  return machine;
}

/** The machine whose secret this is, now or in the time of grace after a rotation. */
export function findMachineBySecret(instance: Instance, secret: string): Machine | undefined {
  const now = instance.now();
  return [...instance.tables.machines.values()].find(
    (machine) =>
      sameSecret(secret, machine.secret_key) ||
      machine.previous_secrets.some((old) => old.expires_at > now && sameSecret(secret, old.secret)),
  );
}

export function createMachine(instance: Instance, input: z.infer<typeof CreateMachine>): Machine {
  for (const other of input.scoped_machines ?? []) getMachine(instance, other);
  const now = instance.now();
  const machine: Machine = {
    object: "machine",
    id: newId("mch"),
    name: input.name,
    instance_id: instance.id,
    default_token_ttl: input.default_token_ttl ?? TTL_SECONDS,
    scopes: input.scoped_machines ?? [],
    secret_key: newSecret("ak"),
    previous_secrets: [],
    created_at: now,
    updated_at: now,
  };
  instance.tables.machines.set(machine.id, machine);
  instance.changed();
  return machine;
}

export function updateMachine(instance: Instance, id: string, input: z.infer<typeof UpdateMachine>): Machine {
  const machine = getMachine(instance, id);
  machine.name = input.name ?? machine.name;
  machine.default_token_ttl = input.default_token_ttl ?? machine.default_token_ttl;
  return noteUpdate(instance, machine);
}

export function deleteMachine(instance: Instance, id: string): DeletedObject {
  getMachine(instance, id);
  instance.tables.machines.delete(id);
  for (const other of instance.tables.machines.values()) {
    other.scopes = other.scopes.filter((scope) => scope !== id);
  }
  for (const token of instance.tables.m2mTokens.values()) {
    if (token.subject === id) instance.tables.m2mTokens.delete(token.id);
  }
  instance.changed();
  return { object: "machine", id, deleted: true };
}

export function rotateMachineSecret(instance: Instance, id: string, previousTtlSeconds: number): string {
  const machine = getMachine(instance, id);
  const old = { secret: machine.secret_key, expires_at: instance.now() + previousTtlSeconds * 1000 };
  machine.previous_secrets = previousTtlSeconds > 0 ? [...machine.previous_secrets, old] : [];
  machine.secret_key = newSecret("ak");
  return noteUpdate(instance, machine).secret_key;
}

export interface MachineScope {
  object: "machine_scope";
  from_machine_id: string;
  to_machine_id: string;
  created_at: number;
}

export function addScope(instance: Instance, id: string, toId: string): MachineScope {
  const machine = getMachine(instance, id);
  getMachine(instance, toId);
  machine.scopes = [...new Set([...machine.scopes, toId])];
  const { updated_at } = noteUpdate(instance, machine);
  return { object: "machine_scope", from_machine_id: id, to_machine_id: toId, created_at: updated_at };
}

export function removeScope(
  instance: Instance,
  id: string,
  toId: string,
): Omit<MachineScope, "created_at"> & { deleted: true } {
  const machine = getMachine(instance, id);
  if (!machine.scopes.includes(toId)) throw notFound("Machine scope");
  machine.scopes = machine.scopes.filter((scope) => scope !== toId);
  noteUpdate(instance, machine);
  return { object: "machine_scope", from_machine_id: id, to_machine_id: toId, deleted: true };
}

/** The secret is shown at creation only; the SDK fails on a machine without `scoped_machines`. */
export function describeMachine(
  instance: Instance,
  machine: Machine,
  withSecret = false,
): Record<string, unknown> {
  const { scopes, secret_key, previous_secrets: _, ...shown } = machine;
  const scoped = scopes.map((id) => {
    const { scopes: _scopes, secret_key: _key, previous_secrets: _old, ...plain } = getMachine(instance, id);
    return plain;
  });
  return { ...shown, scoped_machines: scoped, ...(withSecret ? { secret_key } : {}) };
}

function noteUpdate(instance: Instance, machine: Machine): Machine {
  machine.updated_at = nextUpdate(instance, machine);
  instance.changed();
  return machine;
}

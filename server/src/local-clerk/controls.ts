import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { RUNNING_FILE } from "./store.ts";
import type { NewUser } from "./local-api/people.ts";
import type { MintRequest } from "./tokens/mint.ts";
import type { Membership, OrganizationInvitation, Role, Session, SessionStatus, User } from "./shapes.ts";
import type { Settings } from "./settings.ts";
import type { Fault, LoggedRequest } from "./watch.ts";
import type { Delivery, Message } from "./webhooks/outbox.ts";

export type { Fault, LoggedRequest, Message, MintRequest, NewUser, Role, Session, Settings, User };

/** Test and command access to a running local identity provider: what people, Clerk's dashboard and bad luck do. */
export interface Controls {
  /** A user as after Clerk's sign-up: with a verified primary e-mail. Emits user.created. */
  createUser(user: NewUser): Promise<User>;
  createSession(userId: string, options?: NewSession): Promise<Session>;
  /** Signs out (`ended`), removes, revokes … a session. */
  endSession(sessionId: string, status?: Exclude<SessionStatus, "active" | "pending">): Promise<Session>;
  /** What an organization switcher does: later tokens of the session are inside this organization. */
  chooseOrganization(sessionId: string, orgId: string | null): Promise<Session>;
  /** The invited person says yes: emits organizationInvitation.accepted and organizationMembership.created. */
  acceptInvitation(
    invitationId: string,
    userId: string,
  ): Promise<{ invitation: OrganizationInvitation; membership: Membership }>;
  /** Adds or replaces a role, whose custom permissions then stand in tokens. */
  defineRole(role: Role): Promise<Role>;

  /** Any token, good or broken; see MintRequest. */
  mint(request: MintRequest): Promise<string>;
  /** A new key signs from now on; the one before still verifies. */
  rotateKeys(): Promise<{ kid: string }>;
  /** The public key as PEM, for the SDK's `jwtKey`. */
  publicKey(): Promise<{ kid: string; pem: string }>;

  fault(fault: Fault): Promise<void>;
  /** The calls that came in, all or those to one path; never those to the controls. */
  requests(path?: string): Promise<LoggedRequest[]>;
  forgetRequests(): Promise<void>;

  /** Sets the switches that are given and answers all of them. */
  options(options: Partial<Settings>): Promise<Settings>;
  /** Moves the clock that tokens, sessions and timestamps follow; 0 puts it right again. */
  setClock(offsetSeconds: number): Promise<void>;

  addWebhookEndpoint(endpoint: { url: string; secret?: string; events?: string[] }): Promise<void>;
  /** Every message that was queued, oldest first, with its svix-id. */
  messages(): Promise<Message[]>;
  /** Those that still wait, with their failed attempts. */
  deliveries(): Promise<Delivery[]>;
  /** Sends a message again with the same svix-id; answers to how many receivers. */
  replay(svixId: string): Promise<number>;
  /** Sends any event, signed like the others; answers its svix-id. */
  send(event: { type: string; data: unknown; timestamp?: number; svixId?: string }): Promise<string>;
  settled(): Promise<void>;

  /** Forgets users and everything else, faults, options and the clock; keys, secrets and receivers stay. */
  reset(): Promise<void>;
}

export interface NewSession {
  orgId?: string | null;
  status?: "active" | "pending";
  /** `act` of an impersonated session. */
  actor?: Record<string, unknown> | null;
}

/**
 * The controls of the instance that runs on a folder, for commands; undefined when none does. After a crash the note in
 * the folder may be of an instance that is gone: its calls then fail.
 */
export async function findControls(folder: string): Promise<Controls | undefined> {
  try {
    const running = Running.parse(JSON.parse(await readFile(join(folder, RUNNING_FILE), "utf8")));
    return openControls(running);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

const Running = z.object({ url: z.url(), controlToken: z.string() });

const done = async (asked: Promise<unknown>): Promise<void> => void (await asked);

export function openControls({ url, controlToken }: { url: string; controlToken: string }): Controls {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}/__local${path}`, {
      method,
      headers: { authorization: `Bearer ${controlToken}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was refused (${answer.status}): ${text}`);
    return JSON.parse(text);
  }
  const post = <T>(path: string, body: unknown = {}): Promise<T> => call<T>("POST", path, body);
  const id = encodeURIComponent;

  return {
    createUser: (user) => post("/users", user),
    createSession: (userId, options = {}) => post("/sessions", { userId, ...options }),
    endSession: (sessionId, status = "ended") => post(`/sessions/${id(sessionId)}/end`, { status }),
    chooseOrganization: (sessionId, orgId) => post(`/sessions/${id(sessionId)}/organization`, { orgId }),
    acceptInvitation: (invitationId, userId) => post(`/invitations/${id(invitationId)}/accept`, { userId }),
    defineRole: (role) => post("/roles", role),

    mint: async (request) => (await post<{ token: string }>("/mint", request)).token,
    rotateKeys: () => post("/rotate-keys"),
    publicKey: () => call("GET", "/key"),

    fault: (fault) => done(post("/fault", fault)),
    requests: (path) => call("GET", path === undefined ? "/requests" : `/requests?path=${id(path)}`),
    forgetRequests: () => done(call("DELETE", "/requests")),

    options: (options) => post("/options", options),
    setClock: (offsetSeconds) => done(post("/options", { clockOffsetSeconds: offsetSeconds })),

    addWebhookEndpoint: (endpoint) => done(post("/webhooks/endpoints", endpoint)),
    messages: () => call("GET", "/webhooks/messages"),
    deliveries: () => call("GET", "/webhooks/deliveries"),
    replay: async (svixId) => (await post<{ deliveries: number }>("/webhooks/replay", { svixId })).deliveries,
    send: async (event) => (await post<{ svixId: string }>("/webhooks/send", event)).svixId,
    settled: () => done(post("/webhooks/settled")),

    reset: () => done(post("/reset")),
  };
}

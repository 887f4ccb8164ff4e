import { z } from "zod";
import type { ApiKey, JwtTemplate, M2mToken, Machine } from "./shapes-machine.ts";
import type { OauthApplication, OauthCode, OauthToken } from "./shapes-machine.ts";
import type { Invitation, Membership, Organization, OrganizationInvitation } from "./shapes.ts";
import type { Role, Session, SignInToken, User } from "./shapes.ts";
import type { Delivery, Message } from "./webhooks/outbox.ts";

/** Everything that survives a restart, by id. Maps and not objects: an id from a URL may be `__proto__`. */
export interface Tables {
  users: Map<string, User>;
  sessions: Map<string, Session>;
  organizations: Map<string, Organization>;
  memberships: Map<string, Membership>;
  organizationInvitations: Map<string, OrganizationInvitation>;
  invitations: Map<string, Invitation>;
  signInTokens: Map<string, SignInToken>;
  roles: Map<string, Role>;
  jwtTemplates: Map<string, JwtTemplate>;
  apiKeys: Map<string, ApiKey>;
  machines: Map<string, Machine>;
  m2mTokens: Map<string, M2mToken>;
  oauthApplications: Map<string, OauthApplication>;
  oauthCodes: Map<string, OauthCode>;
  oauthTokens: Map<string, OauthToken>;
  messages: Map<string, Message>;
  deliveries: Map<string, Delivery>;
}

/** The two roles that every Clerk instance starts with, with the system permissions that their memberships show. */
const STANDARD_ROLES: readonly Role[] = [
  {
    key: "org:admin",
    name: "Admin",
    permissions: [
      "org:sys_profile:manage",
      "org:sys_profile:delete",
      "org:sys_memberships:read",
      "org:sys_memberships:manage",
      "org:sys_domains:read",
      "org:sys_domains:manage",
    ],
  },
  { key: "org:member", name: "Member", permissions: ["org:sys_memberships:read"] },
];

export function emptyTables(): Tables {
  return {
    users: new Map(),
    sessions: new Map(),
    organizations: new Map(),
    memberships: new Map(),
    organizationInvitations: new Map(),
    invitations: new Map(),
    signInTokens: new Map(),
    roles: standardRoles(),
    jwtTemplates: new Map(),
    apiKeys: new Map(),
    machines: new Map(),
    m2mTokens: new Map(),
    oauthApplications: new Map(),
    oauthCodes: new Map(),
    oauthTokens: new Map(),
    messages: new Map(),
    deliveries: new Map(),
  };
}

export function clearTables(tables: Tables): void {
  for (const table of Object.values<Map<string, unknown>>({ ...tables })) table.clear();
  for (const [key, role] of standardRoles()) tables.roles.set(key, role);
}

function standardRoles(): Map<string, Role> {
  return new Map(STANDARD_ROLES.map((role) => [role.key, structuredClone(role)]));
}

/** Messages can be replayed after a restart; more than these nobody remembers. */
const MESSAGES_SAVED = 100;

/** Map entries, so that the file keeps the order in which things were made. */
export function writeTables(tables: Tables): string {
  const messages = worthKeeping(tables);
  const plain = Object.entries<Map<string, unknown>>({ ...tables, messages }).map(([name, table]) => [
    name,
    [...table],
  ]);
  return JSON.stringify({ version: 1, tables: Object.fromEntries(plain) });
}

/** Of the messages those that still have to be delivered and the newest, so that the file stays small. */
function worthKeeping({ messages, deliveries }: Tables): Tables["messages"] {
  const kept = new Set([...messages.keys()].slice(-MESSAGES_SAVED));
  for (const delivery of deliveries.values()) kept.add(delivery.messageId);
  return new Map([...messages].filter(([id]) => kept.has(id)));
}

const SavedTables = z.object({
  version: z.literal(1),
  tables: z.record(z.string(), z.array(z.tuple([z.string(), z.unknown()]))),
});

/** Reads what `writeTables` wrote; a table that an older file does not have stays as it is in `emptyTables`. */
export function readTables(text: string): Tables {
  const saved = SavedTables.parse(JSON.parse(text));
  const tables = emptyTables();
  for (const [name, table] of Object.entries<Map<string, unknown>>({ ...tables })) {
    const entries = saved.tables[name];
    if (entries === undefined) continue;
    table.clear();
    for (const [key, value] of entries) table.set(key, value);
  }
  return tables;
}

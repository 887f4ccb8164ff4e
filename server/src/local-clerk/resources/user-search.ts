import { matches, sort } from "../http.ts";
import { findMembership } from "./memberships.ts";
import type { Instance } from "../instance.ts";
import type { User } from "../shapes.ts";

const TIMES = ["created_at", "last_active_at", "last_sign_in_at"] as const;

/** The users whom a query of GET /v1/users lets through, in its order, newest first unless told. */
export function findUsers(instance: Instance, query: URLSearchParams): User[] {
  const found = [...instance.tables.users.values()].filter(
    (user) => hasIdentifiers(user, query) && isIn(instance, user, query) && isMeant(user, query),
  );
  return sort(inTime(found, query), query, "-created_at");
}

function hasIdentifiers(user: User, query: URLSearchParams): boolean {
  const emails = query.getAll("email_address").map((email) => email.toLowerCase());
  const phones = query.getAll("phone_number");
  return (
    matches(query, "user_id", user.id) &&
    matches(query, "username", user.username) &&
    matches(query, "external_id", user.external_id) &&
    (emails.length === 0 || user.email_addresses.some((one) => emails.includes(one.email_address))) &&
    (phones.length === 0 || user.phone_numbers.some((one) => phones.includes(one.phone_number)))
  );
}

function isIn(instance: Instance, user: User, query: URLSearchParams): boolean {
  const wanted = query.getAll("organization_id");
  return (
    wanted.length === 0 || wanted.some((orgId) => findMembership(instance, orgId, user.id) !== undefined)
  );
}

/** `query` looks into names, addresses, numbers and the id. */
function isMeant(user: User, query: URLSearchParams): boolean {
  const wanted = query.get("query")?.toLowerCase();
  if (wanted === undefined || wanted === "") return true;
  const emails = user.email_addresses.map((one) => one.email_address);
  const phones = user.phone_numbers.map((one) => one.phone_number);
  const name = `${user.first_name ?? ""} ${user.last_name ?? ""}`;
  return [user.id, user.username ?? "", name, ...emails, ...phones].some((text) =>
    text.toLowerCase().includes(wanted),
  );
}

function inTime(users: readonly User[], query: URLSearchParams): User[] {
  return users.filter((user) =>
    TIMES.every((name) => {
      const at = user[name];
      const before = query.get(`${name}_before`);
      const after = query.get(`${name}_after`) ?? query.get(`${name}_since`);
      const early = before === null || (at !== null && at < Number(before));
      return early && (after === null || (at !== null && at > Number(after)));
    }),
  );
}

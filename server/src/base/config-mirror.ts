import { ROLES } from "@gatehouse/shared";
import type { Role } from "@gatehouse/shared";
import type { Settings } from "./settings.ts";

/** How what Clerk holds is mirrored here. */
export interface MirrorConfig {
  /** What the roles of Clerk's organizations mean here; one that is missing means `member`. */
  roles: ReadonlyMap<string, Role>;
  /** Events of another instance are refused; null: not checked. */
  instanceId: string | null;
}

export function readMirror(settings: Settings): MirrorConfig {
  return { roles: readRoles(settings), instanceId: settings.text("CLERK_INSTANCE_ID") };
}

/** `org:admin=admin,org:guest=viewer` */
function readRoles(settings: Settings): ReadonlyMap<string, Role> {
  const entries = settings.list("CLERK_ROLE_MAP");
  if (entries.length === 0) return new Map([["org:admin", "admin"]]);
  return new Map(
    entries.map((entry) => {
      const [clerkRole = "", name] = entry.split("=").map((each) => each.trim());
      const role = ROLES.find((each) => each === name);
      if (role === undefined || clerkRole === "")
        settings.refuse(
          "CLERK_ROLE_MAP",
          `has an entry that is not like org:admin=admin (${ROLES.join(", ")})`,
        );
      return [clerkRole, role ?? "member"];
    }),
  );
}

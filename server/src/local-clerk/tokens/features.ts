/**
 * How a v2 session token packs custom permissions: `per` names each permission once, `fea` each feature, and `fpm` holds
 * for each organization feature a bit mask over `per`, least significant bit first. System permissions (`org:sys_…`)
 * never appear in a token.
 */
export interface PackedPermissions {
  fea?: string;
  per?: string;
  fpm?: string;
}

export function packPermissions(permissions: readonly string[]): PackedPermissions {
  const pairs = permissions.flatMap((permission) => {
    const [scope, feature, name] = permission.split(":");
    const custom = scope === "org" && feature !== undefined && !feature.startsWith("sys_");
    return custom && name !== undefined ? [{ feature, name }] : [];
  });
  if (pairs.length === 0) return {};
  const features = [...new Set(pairs.map((pair) => pair.feature))];
  const names = [...new Set(pairs.map((pair) => pair.name))];
  const masks = features.map((feature) => {
    const own = new Set(
      pairs.filter((pair) => pair.feature === feature).map((pair) => names.indexOf(pair.name)),
    );
    return [...own].reduce((mask, bit) => mask + 2 ** bit, 0);
  });
  return {
    fea: features.map((feature) => `o:${feature}`).join(","),
    per: names.join(","),
    fpm: masks.join(","),
  };
}

import { AppError } from "../../base/app-error.ts";
import { makeKeyText, startOfKey } from "../../identity/key-text.ts";
import type { KeyEnvironment } from "../../identity/key-text.ts";
import type { KeyVault } from "../../identity/key-vault.ts";

/** What new keys are made with. */
export interface KeyMaker {
  vault: KeyVault;
  environment: KeyEnvironment;
}

interface NewSecret {
  /** The whole key, for its holder only. */
  text: string;
  stored: {
    start: string;
    hash: Uint8Array<ArrayBuffer>;
    pepperId: string;
    sealed: Uint8Array<ArrayBuffer> | null;
  };
}

/** @throws AppError UNAVAILABLE where the operator has not set what keys of this kind are stored under */
export function makeSecret(keyId: string, mayBeSigned: boolean, { vault, environment }: KeyMaker): NewSecret {
  if (!vault.canHash) throw unset("API_KEY_PEPPER");
  if (mayBeSigned && !vault.canSeal) throw unset("API_KEY_ENCRYPTION_KEY");
  const text = makeKeyText(keyId, environment);
  const sealed = mayBeSigned ? vault.seal(text, keyId) : null;
  return { text, stored: { start: startOfKey(text), ...vault.hash(text), sealed } };
}

function unset(setting: string): AppError {
  return new AppError("UNAVAILABLE", { detail: `This server cannot make such keys: ${setting} is not set.` });
}

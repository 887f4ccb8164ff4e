import { AppError } from "../base/app-error.ts";
import { parseExactly } from "./exact-json.ts";

/**
 * The body as JSON; `{}` where nothing was sent.
 *
 * Only `application/json` is read. A page of another origin can send a form or a text without being asked for CORS,
 * and must not reach a procedure with it.
 *
 * @throws AppError UNSUPPORTED_MEDIA_TYPE, VALIDATION_FAILED
 */
export async function readBody(request: Request): Promise<unknown> {
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength === 0) return {};
  if (!isJson(request.headers.get("content-type"))) throw new AppError("UNSUPPORTED_MEDIA_TYPE");
  return parseExactly(decode(bytes));
}

function isJson(contentType: string | null): boolean {
  const [type = "", ...parameters] = (contentType ?? "").split(";").map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith("charset="));
  return type === "application/json" && (charset === undefined || /^charset="?utf-8"?$/.test(charset));
}

function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new AppError("VALIDATION_FAILED", { fields: [{ path: "", message: "The body is not UTF-8" }] });
  }
}

import { COMMON_ERRORS, ERRORS, GUARD_ERRORS } from "@gatehouse/shared";
import type { ErrorCode } from "@gatehouse/shared";
import { AppError } from "../../base/app-error.ts";
import { toProblem } from "../problem.ts";
import { fieldsBesidePath, hasBody, isRepeatable } from "../routes.ts";
import type { RestRoute } from "../routes.ts";

/** The refusals that an operation may answer with, by status, as references to `responses`. */
export function describeRefusals(
  route: RestRoute,
  responses: Map<string, object>,
): Record<string, { $ref: string }> {
  const all = codesOf(route);
  const statuses = [...new Set(all.map((code) => ERRORS[code].status))].toSorted((one, other) => one - other);
  return Object.fromEntries(
    statuses.map((status) => {
      const codes = all.filter((code) => ERRORS[code].status === status);
      const name = codes.map(toTypeName).join("Or");
      responses.set(name, describeResponse(codes));
      return [String(status), { $ref: `#/components/responses/${name}` }];
    }),
  );
}

/** In the order of the catalogue, so that the same codes always make the same response. */
function codesOf(route: RestRoute): ErrorCode[] {
  const { card, inPath } = route;
  const codes = new Set<ErrorCode>([...COMMON_ERRORS, ...GUARD_ERRORS[card.guard], ...card.errors]);
  if (!hasBody(route) || fieldsBesidePath(route).length === 0) {
    codes.delete("PAYLOAD_TOO_LARGE");
    codes.delete("UNSUPPORTED_MEDIA_TYPE");
  }
  if (isRepeatable(route)) codes.add("IDEMPOTENCY_KEY_REUSED");
  if (inPath.has("workspaceId")) codes.delete("WORKSPACE_REQUIRED");
  return catalogue().filter((code) => codes.has(code));
}

function catalogue(): ErrorCode[] {
  return Object.keys(ERRORS).filter((code): code is ErrorCode => code in ERRORS);
}

function describeResponse(codes: readonly ErrorCode[]): object {
  const [status] = codes.map((code) => ERRORS[code].status);
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].detail}`).join("\n\n"),
    headers: headersOf(status),
    content: {
      "application/problem+json": {
        schema: {
          allOf: [
            { $ref: "#/components/schemas/Problem" },
            { type: "object", properties: { status: { const: status }, code: { enum: [...codes] } } },
          ],
        },
        examples: Object.fromEntries(
          codes.map((code) => [code, { value: toProblem(sampleRefusal(code), "req-42") }]),
        ),
      },
    },
  };
}

function headersOf(status: number | undefined): object {
  return {
    "X-Request-Id": { $ref: "#/components/headers/RequestId" },
    ...(status === 401 ? { "WWW-Authenticate": { $ref: "#/components/headers/Authenticate" } } : {}),
    ...(status === 429 || status === 503
      ? { "Retry-After": { $ref: "#/components/headers/RetryAfter" } }
      : {}),
  };
}

function sampleRefusal(code: ErrorCode): AppError {
  if (code === "VALIDATION_FAILED")
    return new AppError(code, { fields: [{ path: "name", message: "Invalid input: expected string" }] });
  return new AppError(code);
}

/** `LAST_OWNER` is `LastOwner`. */
function toTypeName(code: ErrorCode): string {
  return code
    .toLowerCase()
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

import { ERRORS, STATUS_KINDS } from "@gatehouse/shared";
import { z } from "zod";
import type { AppError } from "../base/app-error.ts";

/** The body of every refusal outside tRPC: RFC 9457, and beside it what clients of the older paths read. */
export const Problem = z.object({
  type: z.string().describe("a URN for this kind of problem"),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe("one sentence for people; it may be reworded"),
  code: z.string().describe("precisely what is wrong; it never changes its meaning"),
  error: z.object({ code: z.string().describe("the plain class of the problem"), message: z.string() }),
  request_id: z.string().describe("the name of the request in our logs"),
  reason: z.string().optional().describe("what precisely is wrong with a Clerk token"),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe("with VALIDATION_FAILED: the places that were refused"),
  workspaces: z
    .array(z.object({ id: z.uuid(), name: z.string(), slug: z.string() }))
    .optional()
    .describe("with WORKSPACE_REQUIRED: those that the caller can name"),
});
export type Problem = z.infer<typeof Problem>;

export function toProblem(refusal: AppError, requestId: string): Problem {
  const { status, title } = ERRORS[refusal.code];
  return {
    type: `urn:gatehouse:error:${refusal.code.toLowerCase().replaceAll("_", "-")}`,
    title,
    status,
    detail: refusal.message,
    code: refusal.code,
    error: { code: STATUS_KINDS[status].kind, message: refusal.message },
    request_id: requestId,
    ...(refusal.reason === undefined ? {} : { reason: refusal.reason }),
    ...(refusal.fields === undefined ? {} : { errors: [...refusal.fields] }),
    ...(refusal.workspaces === undefined ? {} : { workspaces: [...refusal.workspaces] }),
  };
}

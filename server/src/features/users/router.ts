import {
  BanUser,
  CreateSignInToken,
  DeletedUser,
  DeleteUser,
  GetUser,
  ListUsers,
  SetUserRole,
  SignInToken,
  UnbanUser,
  UpdateUserMetadata,
  User,
  UserMetadata,
  UserPage,
} from "@gatehouse/shared";
import { adminProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import {
  banUser,
  createSignInToken,
  deleteUser,
  setUserRole,
  unbanUser,
  updateUserMetadata,
} from "./changes.ts";
import { getUser, listUsers } from "./operations.ts";

export const adminUsersRouter = router({
  list: adminProcedure
    .meta({ rest: { method: "GET", path: "/admin/users" }, summary: "The users, the newest first" })
    .input(ListUsers)
    .output(UserPage)
    .query(({ ctx, input }) => listUsers(ctx, input)),

  get: adminProcedure
    .meta({
      rest: { method: "GET", path: "/admin/users/{userId}" },
      errors: ["NOT_FOUND"],
      summary: "One user, by UUID, number or Clerk id",
    })
    .input(GetUser)
    .output(User)
    .query(({ ctx, input }) => getUser(ctx, input)),

  ban: adminProcedure
    .meta({
      rest: { method: "POST", path: "/admin/users/{userId}/ban" },
      errors: ["NOT_FOUND", "PROVIDER_ERROR"],
      summary: "Shut a user out and revoke his sessions",
    })
    .input(BanUser)
    .output(User)
    .mutation(({ ctx, input }) => banUser(ctx, input)),

  unban: adminProcedure
    .meta({
      rest: { method: "POST", path: "/admin/users/{userId}/unban" },
      errors: ["NOT_FOUND", "PROVIDER_ERROR"],
      summary: "Let a banned user sign in again",
    })
    .input(UnbanUser)
    .output(User)
    .mutation(({ ctx, input }) => unbanUser(ctx, input)),

  delete: adminProcedure
    .meta({
      rest: { method: "DELETE", path: "/admin/users/{userId}" },
      errors: ["NOT_FOUND", "PROVIDER_ERROR"],
      summary: "Delete a user at Clerk, and everything personal here",
    })
    .input(DeleteUser)
    .output(DeletedUser)
    .mutation(({ ctx, input }) => deleteUser(ctx, input)),

  setRole: adminProcedure
    .meta({
      rest: { method: "POST", path: "/admin/users/{userId}/set-role" },
      errors: ["NOT_FOUND", "PROVIDER_ERROR"],
      summary: "Make a user an admin of this installation, or an ordinary user again",
    })
    .input(SetUserRole)
    .output(User)
    .mutation(({ ctx, input }) => setUserRole(ctx, input)),

  updateMetadata: adminProcedure
    .meta({
      rest: { method: "POST", path: "/admin/users/{userId}/update-metadata" },
      errors: ["NOT_FOUND", "PROVIDER_ERROR"],
      summary: "Change a user's public, private or unsafe metadata at Clerk",
    })
    .input(UpdateUserMetadata)
    .output(UserMetadata)
    .mutation(({ ctx, input }) => updateUserMetadata(ctx, input)),

  createSignInToken: adminProcedure
    .meta({
      rest: { method: "POST", path: "/admin/users/{userId}/create-sign-in-token" },
      errors: ["NOT_FOUND", "PROVIDER_ERROR"],
      summary: "A token that signs in as the user, once; it is in this answer only",
    })
    .input(CreateSignInToken)
    .output(SignInToken)
    .mutation(({ ctx, input }) => createSignInToken(ctx, input)),
});

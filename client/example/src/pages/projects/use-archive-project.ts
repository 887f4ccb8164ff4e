import { errorOf } from "@gatehouse/client";
import type { Project } from "@gatehouse/client";
import { mutationOptions, queryKey, useWorkspace } from "@gatehouse/client/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useToast } from "../../parts/toasts.tsx";

/** Puts a project away, or brings it back. */
export function useArchiveProject({ name, archivedAt }: Project) {
  const { api } = useWorkspace();
  const toast = useToast();
  const queryClient = useQueryClient();
  const isArchived = archivedAt !== null;
  return useMutation(
    mutationOptions(isArchived ? api.projects.unarchive : api.projects.archive, {
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: queryKey(api.projects.list) });
        toast.done(`${name} was ${isArchived ? "restored" : "archived"}.`);
      },
      onError: (error) => toast.failed(errorOf(error).message),
    }),
  );
}

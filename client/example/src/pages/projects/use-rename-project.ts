import { errorOf } from "@gatehouse/client";
import type { ProjectPage } from "@gatehouse/client";
import { mutationOptions, queryKey, useWorkspace } from "@gatehouse/client/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { InfiniteData } from "@tanstack/react-query";
import { useToast } from "../../parts/toasts.tsx";

type Lists = InfiniteData<ProjectPage, string | null>;

/**
 * Renames a project, optimistically: the lists show the new name before the server has answered, and the old one again
 * if it refuses. The version says which one was read, so nobody's change is lost under ours.
 */
export function useRenameProject() {
  const { api } = useWorkspace();
  const toast = useToast();
  const queryClient = useQueryClient();
  const lists = { queryKey: queryKey(api.projects.list) };
  return useMutation(
    mutationOptions(api.projects.update, {
      onMutate: async ({ projectId, name }) => {
        // An answer that is on its way would put the old name back.
        await queryClient.cancelQueries(lists);
        const before = queryClient.getQueriesData<Lists>(lists);
        queryClient.setQueriesData<Lists>(lists, (list) => list && withName(list, projectId, name ?? ""));
        return before;
      },
      onError: (error, _input, before) => {
        for (const [key, list] of before ?? []) queryClient.setQueryData(key, list);
        toast.failed(sentenceFor(error));
      },
      onSettled: () => queryClient.invalidateQueries(lists),
    }),
  );
}

function withName(list: Lists, projectId: string, name: string): Lists {
  const pages = list.pages.map((page) => ({
    ...page,
    items: page.items.map((project) => (project.id === projectId ? { ...project, name } : project)),
  }));
  return { ...list, pages };
}

function sentenceFor(error: unknown): string {
  const { code, message } = errorOf(error);
  return code === "VERSION_CONFLICT"
    ? "Somebody else has just changed this project. Look at it, and rename it again if you still want to."
    : message;
}

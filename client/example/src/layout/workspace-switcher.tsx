import { infiniteQueryOptions, useApi, useWorkspace } from "@gatehouse/client/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { Badge } from "../parts/badge.tsx";

/** Goes to another workspace, which is another address. */
export function WorkspaceSwitcher() {
  const api = useApi();
  const navigate = useNavigate();
  const { workspace, workspaceId, role } = useWorkspace();
  const list = useInfiniteQuery(infiniteQueryOptions(api.workspaces.list, { limit: 100 }));
  const others = list.data?.pages.flatMap(({ items }) => items).filter(({ id }) => id !== workspaceId) ?? [];
  return (
    <div className="switcher">
      <label className="unseen" htmlFor="workspace">
        Workspace
      </label>
      <select
        id="workspace"
        value={workspaceId}
        onChange={({ target }) => void navigate(`/workspaces/${target.value}/projects`)}
      >
        <option value={workspaceId}>{workspace?.name}</option>
        {others.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      {role !== null && (
        <p className="quiet">
          You are <Badge tone="accent">{role}</Badge>
        </p>
      )}
    </div>
  );
}

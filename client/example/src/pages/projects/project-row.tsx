import type { Project } from "@gatehouse/client";
import { useState } from "react";
import { submitted, textOf } from "../../parts/form.ts";
import { When } from "../../parts/when.tsx";
import { useArchiveProject } from "./use-archive-project.ts";
import { useRenameProject } from "./use-rename-project.ts";

export function ProjectRow({ project, mayWrite }: { project: Project; mayWrite: boolean }) {
  const [isRenaming, setIsRenaming] = useState(false);
  const archive = useArchiveProject(project);
  const { id, name, description, updatedAt, archivedAt } = project;
  if (isRenaming) return <Renaming project={project} onDone={() => setIsRenaming(false)} />;
  return (
    <li className="row" data-project={id}>
      <div className="row-text">
        <strong>{name}</strong>
        {description !== "" && <p>{description}</p>}
        <p className="quiet">
          Changed <When at={updatedAt} />
        </p>
      </div>
      {mayWrite && (
        <div className="actions">
          <button className="button" aria-label={`Rename ${name}`} onClick={() => setIsRenaming(true)}>
            Rename
          </button>
          <button
            className="button"
            aria-label={`${archivedAt === null ? "Archive" : "Restore"} ${name}`}
            disabled={archive.isPending}
            onClick={() => archive.mutate({ projectId: id })}
          >
            {archivedAt === null ? "Archive" : "Restore"}
          </button>
        </div>
      )}
    </li>
  );
}

/** The row as a form: Enter saves, Escape leaves it as it was. */
function Renaming({ project: { id, name, version }, onDone }: { project: Project; onDone: () => void }) {
  const rename = useRenameProject();
  const save = (fields: FormData) => {
    const wanted = textOf(fields, "name");
    // The new name is shown at once, so there is nothing to wait for.
    if (wanted !== name) rename.mutate({ projectId: id, name: wanted, version });
    onDone();
  };
  return (
    <li className="row">
      <form
        className="row-form"
        onSubmit={submitted(save)}
        onKeyDown={({ key }) => key === "Escape" && onDone()}
      >
        <input
          name="name"
          aria-label={`New name of ${name}`}
          defaultValue={name}
          required
          maxLength={200}
          autoFocus
        />
        <div className="actions">
          <button type="button" className="button" onClick={onDone}>
            Cancel
          </button>
          <button className="button primary">Save</button>
        </div>
      </form>
    </li>
  );
}

import { infiniteQueryOptions, useCan, useWorkspace } from "@gatehouse/client/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { Pages } from "../../parts/pages.tsx";
import { CreateProject } from "./create-project.tsx";
import { ProjectRow } from "./project-row.tsx";

export function ProjectsPage() {
  const { api } = useWorkspace();
  const mayWrite = useCan("projects:write");
  const [isCreating, setIsCreating] = useState(false);
  const archived = useSearchParams()[0].has("archived");
  const list = useInfiniteQuery(infiniteQueryOptions(api.projects.list, { archived }));

  const create = mayWrite && (
    <button className="button primary" onClick={() => setIsCreating(true)}>
      New project
    </button>
  );
  return (
    <Page title="Projects" actions={create}>
      <nav aria-label="Which projects" className="tabs">
        <Link to="." aria-current={archived ? undefined : "page"}>
          Active
        </Link>
        <Link to="?archived" aria-current={archived ? "page" : undefined}>
          Archived
        </Link>
      </nav>
      <Pages query={list} empty={<Nothing archived={archived} mayWrite={mayWrite} />}>
        {(projects) => (
          <ul className="rows">
            {projects.map((project) => (
              <ProjectRow key={project.id} project={project} mayWrite={mayWrite} />
            ))}
          </ul>
        )}
      </Pages>
      {isCreating && <CreateProject onClose={() => setIsCreating(false)} />}
    </Page>
  );
}

function Nothing({ archived, mayWrite }: { archived: boolean; mayWrite: boolean }) {
  if (archived) return <Empty title="Nothing is archived" />;
  return (
    <Empty title="No projects yet">
      <p>
        {mayWrite
          ? "Make the first one. Everybody in the workspace sees it at once."
          : "Members of this workspace can make some."}
      </p>
    </Empty>
  );
}

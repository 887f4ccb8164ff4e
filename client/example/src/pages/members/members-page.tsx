import { infiniteQueryOptions, queryOptions, useApi, useCan, useWorkspace } from "@gatehouse/client/react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Page } from "../../parts/page.tsx";
import { Pages } from "../../parts/pages.tsx";
import { Invitations } from "./invitations.tsx";
import { MemberRow } from "./member-row.tsx";

export function MembersPage() {
  const { api } = useWorkspace();
  const me = useQuery(queryOptions(useApi().me.get));
  const members = useInfiniteQuery(infiniteQueryOptions(api.members.list));
  const mayManage = useCan("members:manage");
  return (
    <Page title="Members">
      <Pages query={members} empty={null}>
        {(items) => (
          <ul className="rows">
            {items.map((member) => (
              <MemberRow key={member.userId} member={member} isMe={member.userId === me.data?.id} />
            ))}
          </ul>
        )}
      </Pages>
      {mayManage && <Invitations />}
    </Page>
  );
}

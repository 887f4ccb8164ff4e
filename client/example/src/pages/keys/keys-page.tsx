import type { NewApiKey } from "@gatehouse/client";
import { infiniteQueryOptions, useCan, useWorkspace } from "@gatehouse/client/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { Pages } from "../../parts/pages.tsx";
import { CreateKey } from "./create-key.tsx";
import { KeyRow } from "./key-row.tsx";
import { SecretOnce } from "./secret-once.tsx";

export function KeysPage() {
  const { api } = useWorkspace();
  const mayManage = useCan("apiKeys:manage");
  const list = useInfiniteQuery(infiniteQueryOptions(api.apiKeys.list));
  const [isCreating, setIsCreating] = useState(false);
  // Here and nowhere else: it is gone with the dialog, and at the latest with the page.
  const [shown, setShown] = useState<NewApiKey | null>(null);
  const show = (key: NewApiKey) => {
    setIsCreating(false);
    setShown(key);
  };
  const create = mayManage && (
    <button className="button primary" onClick={() => setIsCreating(true)}>
      New API key
    </button>
  );
  return (
    <Page title="API keys" actions={create}>
      <Pages query={list} empty={<Nothing />}>
        {(keys) => (
          <ul className="rows">
            {keys.map((key) => (
              <KeyRow key={key.id} apiKey={key} mayManage={mayManage} onSecret={show} />
            ))}
          </ul>
        )}
      </Pages>
      {isCreating && <CreateKey onClose={() => setIsCreating(false)} onSecret={show} />}
      {shown !== null && <SecretOnce apiKey={shown} onClose={() => setShown(null)} />}
    </Page>
  );
}

function Nothing() {
  return (
    <Empty title="No API keys yet">
      <p>A program that works for this workspace proves with a key who it is.</p>
    </Empty>
  );
}

import { BrowserRouter, Navigate, Route, Routes } from "react-router";
import { Frame } from "./layout/frame.tsx";
import { WorkspaceFrame } from "./layout/workspace-frame.tsx";
import { AccountPage } from "./pages/account-page.tsx";
import { AuditPage } from "./pages/audit-page.tsx";
import { CreditsPage } from "./pages/credits/credits-page.tsx";
import { HomePage } from "./pages/home/home-page.tsx";
import { InvitationPage } from "./pages/home/invitation-page.tsx";
import { KeysPage } from "./pages/keys/keys-page.tsx";
import { MembersPage } from "./pages/members/members-page.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { ProjectsPage } from "./pages/projects/projects-page.tsx";
import { SettingsPage } from "./pages/settings-page.tsx";
import { Toasts } from "./parts/toasts.tsx";
import { ApiGate } from "./session/api-gate.tsx";
import { SessionGate } from "./session/session-gate.tsx";

/** Who is asking, then which API he asks, then where he is. */
export function App() {
  return (
    <BrowserRouter>
      <SessionGate>
        <ApiGate>
          <Toasts>
            <Places />
          </Toasts>
        </ApiGate>
      </SessionGate>
    </BrowserRouter>
  );
}

/** The workspace stands in the address, and nowhere else: two tabs can show two of them. */
function Places() {
  return (
    <Routes>
      <Route element={<Frame />}>
        <Route index element={<HomePage />} />
        <Route path="account" element={<AccountPage />} />
        {/* Where the letters of the server lead to, below APP_URL. */}
        <Route path="invitations/:invitationId" element={<InvitationPage />} />
        <Route path="workspaces/:workspaceId" element={<WorkspaceFrame />}>
          <Route index element={<Navigate to="projects" replace />} />
          <Route path="projects" element={<ProjectsPage />} />
          <Route path="members" element={<MembersPage />} />
          <Route path="keys" element={<KeysPage />} />
          <Route path="credits" element={<CreditsPage />} />
          <Route path="audit" element={<AuditPage />} />
          <Route path="settings" element={<SettingsPage />} />
        </Route>
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}

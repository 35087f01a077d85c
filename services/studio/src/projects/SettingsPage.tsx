import { Role } from "segmentation-client/projects";
import { words } from "../texts/projects/texts";
import { GeneralSettings } from "./GeneralSettings";
import { LabelSettings } from "./LabelSettings";
import { MemberSettings } from "./MemberSettings";
import type { OpenProject } from "./OpenProject";
import type { PagesContext } from "./PagesContext";

/** Labels, members and settings of a project. */
export function SettingsPage({ pages, open }: { pages: PagesContext; open: OpenProject }) {
  const project = open.project.value;
  if (!project) {
    return null;
  }
  const isManager = open.may(Role.MANAGER);
  return (
    <div class="page-body sections">
      {!isManager && <p class="muted">{words.value.settings.readOnly(words.value.roles[Role.MANAGER])}</p>}
      <fieldset class="bare sections" disabled={!isManager}>
        <LabelSettings pages={pages} open={open} />
        <MemberSettings pages={pages} open={open} />
        {/* Another revision is another form: what somebody else saved is shown. */}
        <GeneralSettings key={String(project.revision)} pages={pages} open={open} project={project} />
      </fieldset>
    </div>
  );
}

import { useSignal } from "@preact/signals";
import { type Member, Role } from "segmentation-client/projects";
import { words } from "../texts/projects/texts";
import { IconButton } from "../widgets/IconButton";
import { useFetched } from "./Fetched";
import { roles } from "./GeneralSettings";
import type { OpenProject } from "./OpenProject";
import type { PagesContext } from "./PagesContext";
import { Choice, Failure } from "./parts";
import { useSending } from "./Sending";

/** People and programs with a role in the project. */
export function MemberSettings({ pages, open }: { pages: PagesContext; open: OpenProject }) {
  const list = useFetched(async (signal) =>
    (await pages.client.projects.listMembers({ project: open.id }, { signal })).members, [open.id]);
  const subject = useSignal("");
  const role = useSignal<Role>(Role.ANNOTATOR);
  const sending = useSending();
  const text = words.value.members;
  const set = (member: Pick<Member, "subject" | "role">) => sending.send(async () => {
    await pages.client.projects.setMember({ project: open.id, member });
    await list.reload();
  });
  return (
    <section aria-labelledby="settings-members">
      <h2 id="settings-members">{text.title}</h2>
      <p class="muted">{text.hint}</p>
      <Failure error={list.error.value ?? sending.error.value} onRetry={() => void list.reload()} />
      <ul class="members">
        {list.value.value?.map((member) => (
          <li key={member.subject}>
            <span class="member-name">{member.subject}</span>
            <Choice attributes={{ "aria-label": text.roleOf(member.subject) }} value={member.role} options={roles()}
              onChange={(role) => void set({ subject: member.subject, role })} />
            <IconButton icon="delete" label={text.remove(member.subject)} disabled={sending.isBusy.value}
              onClick={() => void set({ subject: member.subject, role: Role.UNSPECIFIED })} />
          </li>
        ))}
      </ul>
      <form class="member-add" onSubmit={(event) => {
        event.preventDefault();
        void set({ subject: subject.value.trim(), role: role.value }).then((isDone) => isDone && (subject.value = ""));
      }}>
        <input type="text" aria-label={text.subject} placeholder={text.subject} value={subject.value}
          onInput={({ currentTarget }) => (subject.value = currentTarget.value)} />
        <Choice attributes={{ "aria-label": text.role }} value={role.value} options={roles()}
          onChange={(value) => (role.value = value)} />
        <button type="submit" class="button bordered" disabled={sending.isBusy.value || subject.value.trim() === ""}>
          {text.add}
        </button>
      </form>
    </section>
  );
}

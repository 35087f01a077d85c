import { effect } from "@preact/signals";
import { render } from "preact";
import { SegmentationClient } from "segmentation-client";
import { Access } from "./access/Access";
import { Studio } from "./app/Studio";
import { applyTheme } from "./app/ThemeButton";
import { watchVersion } from "./app/version";
import { Pages } from "./Pages";
import { followAddress } from "./routing/router";
import { askForProjects } from "./routing/serverProjects";
import { retrying } from "./shared/loading";
import { OWNER, recall } from "./shared/settings";
import { applyLanguage } from "./texts/texts";
import "./styles/studio.css";

applyLanguage();
applyTheme();
const access = new Access(() => studio.router.reconnect());
const client = new SegmentationClient(location.origin, {
  signIn: () => access.signIn(),
  loadGrpcWeb: retrying(() => import("segmentation-client/grpc-web")),
});
const studio = new Studio(client, access);
followAddress();
render(<Pages studio={studio} client={client} access={access} />, document.getElementById("studio")!);
watchVersion(studio.router.connection, studio.notices);
access.watch(studio.router.connection);
void access.check();
effect(() => {
  const person = access.state.value?.person;
  if (person) {
    // Before somebody is signed in the question would be refused.
    void askForProjects(access.may("projects"));
    void studio.models.loadFor(`${person.tenant} ${person.subject}`);
  }
});
void studio.session.resuming.reopen();
// What an earlier visit to the desk has left unsent is sent, whatever page is opened now.
if (recall(OWNER) !== null) {
  void import("./desk/pageJournal").then(({ pageJournal }) => pageJournal(access), () => undefined);
}
performance.mark("interactive");

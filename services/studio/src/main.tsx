import { effect } from "@preact/signals";
import { render } from "preact";
import { SegmentationClient } from "segmentation-client";
import { Access } from "./access/Access";
import { Shell } from "./app/Shell";
import { Studio } from "./app/Studio";
import { applyTheme } from "./app/ThemeButton";
import { watchVersion } from "./app/version";
import { retrying } from "./shared/loading";
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
render(<Shell studio={studio} />, document.getElementById("studio")!);
watchVersion(studio.router.connection, studio.notices);
access.watch(studio.router.connection);
void access.check();
effect(() => {
  const person = access.state.value?.person;
  if (person) {
    void studio.models.loadFor(`${person.tenant} ${person.subject}`);
  }
});
void studio.session.resuming.reopen();
performance.mark("interactive");

// A desk with many masks on one picture, driven by pointer events, and the frames that the browser draws meanwhile.
import { create } from "@bufbuild/protobuf";
import { signal } from "@preact/signals";
import { render } from "preact";
import type { SegmentationClient } from "segmentation-client";
import {
  type Annotation, AnnotationSchema, PictureSchema, type ProjectsClient, ProjectSchema, Role,
} from "segmentation-client/projects";
import { encodeCounts } from "segmentation-client/rle";
import type { Access } from "../../src/access/Access";
import { Journal } from "../../src/desk/journal/Journal";
import { DeskPage } from "../../src/desk/DeskPage";
import { DeskScreen } from "../../src/desk/DeskView";
import { polygonRuns } from "../../src/drawing/polygon";
import "../../src/styles/studio.css";

const [WIDTH, HEIGHT] = [2400, 1600];
const MASKS = Number(new URLSearchParams(location.search).get("masks") ?? 1000);
const MEASURED_MS = 3_000;

/** Masks of wavy outlines, some large and most small, as photographs have them. */
function annotations(): Annotation[] {
  let state = 7;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  return Array.from({ length: MASKS }, (_, index) => {
    const radius = 12 + 90 * random() ** 3;
    const [x, y] = [random() * WIDTH, random() * HEIGHT];
    const ring = Array.from({ length: 90 }, (_, corner) => {
      const angle = (corner / 90) * 2 * Math.PI;
      const far = radius * (1 + 0.2 * Math.sin(5 * angle) + 0.1 * random());
      return { x: x + far * Math.cos(angle), y: y + far * Math.sin(angle) };
    });
    const runs = polygonRuns([ring], WIDTH, HEIGHT);
    return create(AnnotationSchema, {
      id: `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`, revision: 1n,
      mask: { size: [HEIGHT, WIDTH], counts: encodeCounts(runs.counts) },
    });
  });
}

async function photograph(): Promise<Blob> {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext("2d")!;
  for (let i = 0; i < 4000; i++) {
    context.fillStyle = `hsl(${(i * 37) % 360} 40% ${20 + (i % 60)}%)`;
    context.fillRect((i * 733) % WIDTH, (i * 419) % HEIGHT, 120, 80);
  }
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
}

const never = () => new Promise<never>(() => undefined);
const file = await photograph();
const list = annotations();
const server = {
  file: () => Promise.resolve(file),
  pictures: {
    getPicture: () => Promise.resolve(
      create(PictureSchema, { id: 1n, name: "benchmark", imageId: "x", width: WIDTH, height: HEIGHT })),
    leasePicture: () => Promise.resolve({}), releasePicture: () => Promise.resolve({}),
  },
  projects: {
    getProject: () => Promise.resolve(create(ProjectSchema, { id: "p", role: Role.ANNOTATOR })),
    listLabels: () => Promise.resolve({ labels: [] }),
  },
  annotations: {
    listAnnotations: () => Promise.resolve({ annotations: list, nextPageToken: "", revision: 1n }),
    watchPicture: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }),
  },
  reviews: { listIssues: () => Promise.resolve({ issues: [] }) },
} as unknown as ProjectsClient;
const nothing = () => undefined;
const session = { open: nothing, close: nothing, segment: never, reconnect: nothing, reconnectNow: nothing };
const client = {
  live: () => session, listModels: never, getImage: never, upload: never, getEmbedding: never,
} as unknown as SegmentationClient;
const access = {
  may: () => false, state: signal(null), asking: signal(false), signIn: never,
} as unknown as Access;
const journal = new Journal({ apply: never, judge: never }, signal("tenant me"));
const page = new DeskPage(client, server, access, journal);
render(
  <DeskScreen page={page} project="p" picture={1n} job={0n} isReview={false} onPicture={() => undefined}
    onLeave={() => undefined} />,
  document.getElementById("studio")!);

/** Frames a second, and the longest wait for one, while an action goes on. */
async function measure(action: (frame: number) => void): Promise<{ fps: number; longestMs: number }> {
  const times: number[] = [];
  for (let frame = 0; ; frame++) {
    const time = await new Promise<number>((done) => requestAnimationFrame(done));
    times.push(time);
    if (time - times[0] > MEASURED_MS) {
      break;
    }
    action(frame);
  }
  const waits = times.slice(1).map((time, index) => time - times[index]);
  return { fps: waits.length / ((times[times.length - 1] - times[0]) / 1000), longestMs: Math.max(...waits) };
}

const until = async (isThere: () => unknown) => {
  while (!isThere()) {
    await new Promise((done) => setTimeout(done, 50));
  }
};
try {
  await until(() => page.desk.state.peek() === "ready" && document.querySelector("#stage[data-view]"));
  await new Promise((done) => setTimeout(done, 3_000));
  const stage = document.getElementById("stage")!;
  const { left, top, width, height } = stage.getBoundingClientRect();
  stage.setPointerCapture = () => undefined;
  const point = (type: string, frame: number, buttons: number) => {
    const angle = frame / 25;
    stage.dispatchEvent(new PointerEvent(type, {
      bubbles: true, pointerId: 1, pointerType: "mouse", isPrimary: true, buttons,
      button: type === "pointermove" ? -1 : 0,
      clientX: left + width * (0.5 + 0.3 * Math.cos(angle)),
      clientY: top + height * (0.5 + 0.3 * Math.sin(angle * 1.3)),
    }));
  };
  const results: Record<string, { fps: number; longestMs: number }> = {};
  results.idle = await measure(() => undefined);
  page.choose("pan");
  results.hovering = await measure((frame) => point("pointermove", frame, 0));
  point("pointerdown", 0, 1);
  results.panning = await measure((frame) => point("pointermove", frame, 1));
  point("pointerup", 0, 0);
  results.zooming = await measure((frame) => stage.dispatchEvent(new WheelEvent("wheel", {
    bubbles: true, cancelable: true, deltaY: frame % 60 < 30 ? -20 : 20,
    clientX: left + width / 2, clientY: top + height / 2,
  })));
  page.choose("brush");
  results.brushing = await measure((frame) => {
    // A stroke of half a second, then the next.
    if (frame % 30 === 0) {
      point("pointerdown", frame, 1);
    }
    point("pointermove", frame, 1);
    if (frame % 30 === 29) {
      point("pointerup", frame, 0);
    }
  });
  point("pointerup", 0, 0);
  results.choosing = await measure((frame) => {
    if (frame % 10 === 0) {
      page.selectNeighbour(1);
    }
  });
  await fetch("/result", {
    method: "POST",
    body: JSON.stringify({ masks: page.desk.annotator.annotation.peek().objects.length, width, height, results }),
  });
} catch (error) {
  await fetch("/result", { method: "POST", body: JSON.stringify({ error: String(error) }) });
}

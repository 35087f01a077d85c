import { language } from "../texts/texts";
import { FORMATS } from "./formats";
import type { FromExport, ToExport } from "./protocol";
import type { Scene } from "./Scene";

self.onmessage = async ({ data: { format, scene, picture, language: spoken } }: MessageEvent<ToExport>) => {
  language.value = spoken;
  try {
    const { make } = FORMATS.find(({ key }) => key === format)!;
    say({ kind: "made", file: await make(watched(scene), picture!) });
  } catch (error) {
    say({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
};

/** The scene, whose objects tell when their masks are read for the first time: all forms read one after the other. */
function watched(scene: Scene): Scene {
  let done = 0;
  const objects = scene.objects.map((object) => {
    let isRead = false;
    return Object.defineProperty({ ...object }, "mask", {
      enumerable: true,
      get: () => {
        if (!isRead) {
          isRead = true;
          say({ kind: "progress", done: done++ });
        }
        return object.mask;
      },
    });
  });
  return { ...scene, objects };
}

function say(message: FromExport): void {
  self.postMessage(message);
}

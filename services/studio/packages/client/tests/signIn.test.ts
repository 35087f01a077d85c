import { afterEach, describe, expect, it, vi } from "vitest";
import { Code } from "@connectrpc/connect";
import { SegmentationClient } from "../src/SegmentationClient";

const UNKNOWN = JSON.stringify({ code: Code.Unauthenticated, message: "The session ended." });
const ID = "sha256:00";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a call of somebody whom the server does not know", () => {
  it("is repeated after the sign-in", async () => {
    const server = answering(401, 401, 200);
    const signIn = vi.fn(() => Promise.resolve());

    const image = await new SegmentationClient("http://server", { signIn }).upload(new Blob(["a"]));

    expect(image.id).toBe(ID);
    expect(signIn).toHaveBeenCalledTimes(2);
    expect(server).toHaveBeenCalledTimes(3);
  });

  it("fails when nobody signs in, and where nobody is asked", async () => {
    answering(401, 401);

    await expect(new SegmentationClient("http://server", { signIn: () => Promise.reject(new Error("no")) }).getImage(ID))
      .rejects.toThrow("no");
    await expect(new SegmentationClient("http://server").getImage(ID))
      .rejects.toMatchObject({ code: Code.Unauthenticated });
  });

  it("is repeated once with the next credential of a function", async () => {
    const server = answering(401, 200, 401, 401);
    const credential = vi.fn().mockResolvedValueOnce("old").mockResolvedValueOnce("new").mockResolvedValue("newer");
    const client = new SegmentationClient("http://server", { credential });

    expect((await client.upload(new Blob(["a"]))).id).toBe(ID);
    expect(server.mock.calls.map(([, { headers }]) => headers["Authorization"])).toEqual(["Bearer old", "Bearer new"]);
    await expect(client.getImage(ID)).rejects.toMatchObject({ code: Code.Unauthenticated });
    expect(server).toHaveBeenCalledTimes(4);
  });

  it("is not repeated with the same text", async () => {
    const server = answering(401, 401);

    await expect(new SegmentationClient("http://server", { credential: "seg_key" }).getImage(ID))
      .rejects.toMatchObject({ code: Code.Unauthenticated });
    expect(server).toHaveBeenCalledTimes(1);
  });

  it("asks nobody to sign in when only a right is missing", async () => {
    answering(403);
    const signIn = vi.fn(() => Promise.resolve());

    await expect(new SegmentationClient("http://server", { signIn }).getImage(ID))
      .rejects.toMatchObject({ code: Code.PermissionDenied });
    expect(signIn).not.toHaveBeenCalled();
  });
});

/** A server that answers one call after the other with these statuses. */
function answering(...statuses: number[]) {
  const fetched = vi.fn((_url: string, _init: { readonly headers: Record<string, string> }) => {
    const status = statuses.shift()!;
    const body = status === 200 ? JSON.stringify({ id: ID }) : status === 401 ? UNKNOWN : "";
    return Promise.resolve(new Response(body, { status }));
  });
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

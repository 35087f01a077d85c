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
  const fetched = vi.fn(() => {
    const status = statuses.shift()!;
    const body = status === 200 ? JSON.stringify({ id: ID }) : status === 401 ? UNKNOWN : "";
    return Promise.resolve(new Response(body, { status }));
  });
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

import { Code } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SegmentationError } from "../src/errors/SegmentationError";
import { LiveSession } from "../src/live/LiveSession";
import type { LiveSessionOptions } from "../src/live/LiveSessionOptions";
import { FakeSocket } from "./FakeSocket";

const PROMPT = { points: [{ x: 1, y: 2 }] };
const LONGEST_WAIT = 5000;
const EXPIRED = 4000 + Code.Unauthenticated;

function session(options: LiveSessionOptions): LiveSession {
  const live = new LiveSession("ws://server/v1/session", {
    connect: (url, protocols) => new FakeSocket(url, protocols) as unknown as WebSocket,
    ...options,
  });
  live.open("a");
  return live;
}

/** What a WebSocket offered as credential. */
function offered({ protocols }: FakeSocket): string {
  expect(protocols[0]).toBe("segmentation.v1");
  expect(protocols[1]).toMatch(/^segmentation\.bearer\.[\w-]+$/);
  return Buffer.from(protocols[1].replace("segmentation.bearer.", ""), "base64url").toString();
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a live session with a credential", () => {
  it("offers it as a subprotocol, beside the protocol's name", () => {
    session({ credential: "seg_a/b+c?" });

    expect(offered(FakeSocket.newest)).toBe("seg_a/b+c?");
    expect(FakeSocket.newest.url).toBe("ws://server/v1/session");
  });

  it("offers nothing without one", () => {
    session({});

    expect(FakeSocket.newest.protocols).toEqual([]);
  });

  it("sends another one before the expiry, and goes on", async () => {
    const credential = vi.fn().mockResolvedValueOnce("first").mockResolvedValueOnce("second");
    const live = session({ credential });
    await vi.advanceTimersByTimeAsync(0);
    FakeSocket.newest.ready();
    FakeSocket.newest.say({ case: "credentialExpires", value: {} });
    await vi.advanceTimersByTimeAsync(0);
    FakeSocket.newest.say({ case: "reauthenticated", value: {} });
    const answer = live.segment(PROMPT);
    FakeSocket.newest.say({ case: "answer", value: { sequence: 1n } });

    expect((await answer).sequence).toBe(1n);
    expect(FakeSocket.newest.credentials).toEqual(["second"]);
    expect(FakeSocket.all.length).toBe(1);
  });

  it("asks again when there is no new one for a while", async () => {
    const credential = vi.fn().mockResolvedValueOnce("first").mockRejectedValueOnce(new Error("away"))
      .mockResolvedValueOnce("second");
    session({ credential });
    await vi.advanceTimersByTimeAsync(0);
    FakeSocket.newest.ready();
    FakeSocket.newest.say({ case: "credentialExpires", value: {} });
    await vi.advanceTimersByTimeAsync(LONGEST_WAIT);

    expect(FakeSocket.newest.credentials).toEqual(["second"]);
  });

  it("connects again with another one after the expiry, and repeats what is unanswered", async () => {
    const credential = vi.fn().mockResolvedValueOnce("first").mockResolvedValueOnce("second");
    const live = session({ credential });
    await vi.advanceTimersByTimeAsync(0);
    FakeSocket.newest.ready();
    const answer = live.segment(PROMPT);
    FakeSocket.newest.drop(EXPIRED, "The credential expired.");
    await vi.advanceTimersByTimeAsync(LONGEST_WAIT);
    FakeSocket.newest.ready();
    FakeSocket.newest.say({ case: "answer", value: { sequence: 1n } });

    expect((await answer).sequence).toBe(1n);
    expect(FakeSocket.all.map(offered)).toEqual(["first", "second"]);
    expect(FakeSocket.newest.prompts).toEqual([1]);
  });

  it("gives up after a few that the server does not take, in its words", async () => {
    const live = session({ credential: () => "wrong" });
    const answer = live.segment(PROMPT);
    const rejected = expect(answer).rejects.toMatchObject({ code: Code.Unauthenticated, message: "unknown" });
    for (let i = 0; i < 4; i++) {
      await vi.advanceTimersByTimeAsync(LONGEST_WAIT);
      FakeSocket.newest.accept();
      FakeSocket.newest.drop(EXPIRED, "unknown");
    }

    await rejected;
  });

  it("rejects prompts when its only one is refused, and does not connect until the next prompt", async () => {
    const live = session({ credential: "seg_revoked" });
    FakeSocket.newest.ready();
    const answer = live.segment(PROMPT);
    FakeSocket.newest.drop(EXPIRED, "The API key was revoked.");

    await expect(answer).rejects.toMatchObject({ code: Code.Unauthenticated, message: "The API key was revoked." });
    await vi.advanceTimersByTimeAsync(10 * LONGEST_WAIT);
    expect(FakeSocket.all.length).toBe(1);
    void live.segment(PROMPT).catch(() => undefined);
    expect(FakeSocket.all.length).toBe(2);
  });

  it("asks why a connection was refused, which browsers hide", async () => {
    const error = new SegmentationError(Code.Unauthenticated, "The request has no credential.");
    const live = session({ explain: () => Promise.resolve(error) });
    const answer = live.segment(PROMPT);
    const rejected = expect(answer).rejects.toBe(error);
    FakeSocket.newest.drop();
    await vi.advanceTimersByTimeAsync(0);

    await rejected;
  });

  it("takes an error without a close for a lost connection", async () => {
    session({});
    FakeSocket.newest.onerror?.();
    await vi.advanceTimersByTimeAsync(LONGEST_WAIT);

    expect(FakeSocket.all.length).toBe(2);
  });

  it("does nothing with a credential that comes after it was closed", async () => {
    const live = session({ credential: () => Promise.resolve("late") });
    live.close();
    await vi.advanceTimersByTimeAsync(LONGEST_WAIT);

    expect(FakeSocket.all.length).toBe(0);
  });
});

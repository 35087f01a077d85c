import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Access } from "../src/access/Access";
import type { Person, SignInState } from "../src/access/SignInState";
import { problemInWords, reasonInWords } from "../src/access/words";

const ANNA: Person = {
  tenant: "anna", subject: "laptop", scopes: ["segment", "upload"], expires: null, session: true,
};
const NOBODY: SignInState = {
  required: true, kinds: ["key"], provider: null, person: null, reason: "CREDENTIAL_MISSING",
};
const SIGNED_IN: SignInState = { ...NOBODY, person: ANNA, reason: null };

/** What the server answers, and what was sent to it. */
let server: { state: SignInState | null; sent: { path: string; body: unknown }[]; refusal?: Response };
let all: Access[];

beforeEach(() => {
  vi.useFakeTimers();
  server = { state: NOBODY, sent: [] };
  all = [];
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("BroadcastChannel", class {
    onmessage = null;
    postMessage = () => undefined;
  });
  vi.stubGlobal("self", globalThis);
  vi.stubGlobal("fetch", (path: string, init?: RequestInit) => {
    server.sent.push({ path, body: init?.body && JSON.parse(init.body as string) });
    if (!server.state) {
      return Promise.reject(new TypeError("away"));
    }
    return Promise.resolve(init?.method === "POST" && server.refusal
      ? server.refusal : new Response(JSON.stringify(server.state)));
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function access(onChanged: () => void = () => undefined): Access {
  all.push(new Access(onChanged));
  return all[all.length - 1];
}

describe("the access to a server", () => {
  it("asks nobody where no credential is needed", async () => {
    server.state = { required: false, kinds: [], provider: null, person: { ...ANNA, session: false }, reason: null };
    const anyone = access();
    await anyone.check();

    expect(anyone.asking.value).toBe(false);
    expect(anyone.missing.value).toEqual([]);
  });

  it("asks when nobody is signed in, and lets calls go on when somebody is", async () => {
    const person = access();
    let goesOn = false;
    void person.signIn().then(() => (goesOn = true));
    await vi.advanceTimersByTimeAsync(0);
    expect([person.asking.value, goesOn]).toEqual([true, false]);

    server.state = SIGNED_IN;
    await person.signInByKey("seg_key");

    expect([person.asking.value, goesOn]).toEqual([false, true]);
    expect(server.sent[server.sent.length - 1]).toEqual({ path: "/v1/sign-in", body: { key: "seg_key" } });
  });

  it("asks a person who hid the question only when a call needs the answer", async () => {
    const person = access();
    await person.check();
    person.dismiss();
    await person.check();
    expect(person.asking.value).toBe(false);

    void person.signIn();
    await vi.advanceTimersByTimeAsync(0);

    expect(person.asking.value).toBe(true);
  });

  it("asks as soon as the session has ended, and after a connection was lost to a revoked key", async () => {
    const person = access();
    const connection = signal({ state: "open" as "open" | "waiting" });
    server.state = { ...SIGNED_IN, person: { ...ANNA, expires: new Date(Date.now() + 60_000).toISOString() } };
    await person.check();
    person.watch(connection);
    server.state = { ...NOBODY, reason: "SESSION_EXPIRED" };
    await vi.advanceTimersByTimeAsync(59_000);
    expect(person.asking.value).toBe(false);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(person.asking.value).toBe(true);

    server.state = SIGNED_IN;
    await person.signInByKey("seg_key");
    server.state = { ...NOBODY, reason: "API_KEY_REVOKED" };
    connection.value = { state: "waiting" };
    await vi.advanceTimersByTimeAsync(0);

    expect(person.asking.value).toBe(true);
  });

  it("connects anew for another person, and not for the same one", async () => {
    const onChanged = vi.fn();
    const person = access(onChanged);
    server.state = SIGNED_IN;
    await person.check();
    await person.check();
    expect(onChanged).not.toHaveBeenCalled();

    server.state = { ...SIGNED_IN, person: { ...ANNA, tenant: "bert" } };
    await person.check();

    expect(onChanged).toHaveBeenCalledTimes(1);
  });

  it("tells what was wrong with a key, and asks on", async () => {
    const person = access();
    await person.check();
    server.refusal = new Response(JSON.stringify({
      code: 16, message: "mistyped",
      details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_MISTYPED" }],
    }), { status: 401 });
    await person.signInByKey("seg_");

    expect(person.asking.value).toBe(true);
    expect(problemInWords(person.problem.value!)).toContain("mistyped");

    server.state = null;
    await person.signInByKey("seg_");
    expect(problemInWords(person.problem.value!)).toContain("cannot be reached");
  });

  it("names the rights that the page needs and the person lacks", async () => {
    const person = access();
    server.state = { ...SIGNED_IN, person: { ...ANNA, scopes: ["segment"] } };
    await person.check();

    expect(person.missing.value).toEqual(["upload"]);
    expect(person.may("everything")).toBe(false);
  });
});

describe("the question", () => {
  it("says why it is asked", () => {
    expect(reasonInWords("CREDENTIAL_MISSING", false)).not.toBe(reasonInWords("CREDENTIAL_MISSING", true));
    expect(reasonInWords("SESSION_EXPIRED", false)).toBe(reasonInWords("CREDENTIAL_MISSING", true));
    expect(reasonInWords("API_KEY_REVOKED", true)).toContain("revoked");
  });

  it("says a reason that it does not know as the server does", () => {
    expect(problemInWords({ code: "NEW", words: "The server's words." })).toBe("The server's words.");
    expect(problemInWords({ code: "NEW", words: "" })).toContain("NEW");
  });
});

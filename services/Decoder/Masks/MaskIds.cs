using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Segmentation.Embeddings;
using Segmentation.Grains;

namespace Segmentation.Decoder.Masks;

/// <summary>
/// Names the masks of one prompt: a hash of image, prompt and output token, so that every silo gives the same mask the
/// same id. A prompt that builds on a mask is hashed with that mask's id, which makes ids of a refinement a chain.
/// </summary>
internal sealed class MaskIds
{
    /// <summary>Bytes of the hash that are kept: 128 bits, 22 characters.</summary>
    private const int IdBytes = 16;

    /// <summary>Above the 257 characters of the longest <see cref="EmbeddingKey"/>.</summary>
    private const int LongestText = 512;

    private readonly byte[] _prompt;

    /// <param name="image">The image.</param>
    /// <param name="prompt">The prompt, as it came.</param>
    public MaskIds(EmbeddingKey image, PromptData prompt)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, "segmentation.mask/1");
        Append(hash, image.ToString());
        Append(hash, prompt.Points.Length);
        foreach (var point in prompt.Points)
        {
            Append(hash, point.X);
            Append(hash, point.Y);
            Append(hash, point.IsForeground ? 1 : 0);
        }

        Append(hash, prompt.Box is null ? 0 : 1);
        if (prompt.Box is { } box)
        {
            Append(hash, box.XMin);
            Append(hash, box.YMin);
            Append(hash, box.XMax);
            Append(hash, box.YMax);
        }

        Append(hash, prompt.MaskId ?? "");
        Append(hash, prompt.MaskLogits?.Length ?? 0);
        hash.AppendData(prompt.MaskLogits ?? []);
        _prompt = hash.GetHashAndReset();
    }

    /// <summary>The id of one output token's mask, 22 characters of base64url.</summary>
    /// <param name="token">0 for the single mask, 1 to 3 for the ambiguous ones.</param>
    public string Of(int token)
    {
        Span<byte> input = stackalloc byte[SHA256.HashSizeInBytes + sizeof(int)];
        _prompt.CopyTo(input);
        BinaryPrimitives.WriteInt32LittleEndian(input[SHA256.HashSizeInBytes..], token);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        return Base64Url.EncodeToString(hash[..IdBytes]);
    }

    private static void Append(IncrementalHash hash, string text)
    {
        // Keys and ids, both ASCII and bounded by their forms; nothing else is hashed as text.
        Span<byte> bytes = stackalloc byte[LongestText];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        Append(hash, length);
        hash.AppendData(bytes[..length]);
    }

    private static void Append(IncrementalHash hash, float value) =>
        Append(hash, BitConverter.SingleToInt32Bits(value));

    private static void Append(IncrementalHash hash, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }
}

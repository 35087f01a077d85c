using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Segmentation.Common;
using Segmentation.Embeddings;
using Segmentation.Fuzz.Engine;
using Segmentation.Fuzz.Seeds;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Rest;
using Segmentation.Identity.Keys;

namespace Segmentation.Fuzz.Targets;

/// <summary>
/// Short texts: tenants, ids, keys, queries and what is repeated of them. The first byte chooses the length that texts
/// are cut to.
/// </summary>
internal sealed class TextTarget : IFuzzTarget
{
    private static readonly ModelIdentity _model = new("fuzz", new string('a', 64), "v1");

    public int MaxLength => 600;

    public IReadOnlyList<byte[]> Words =>
    [
        .. new[] { "point=", "box=", "model=", "&", ",0", ",1", ",2", "%2C", "%F0%9F", "+", "sha256:", "/", "NaN", "1e39", "-0", "\U0001F600" }
            .Select(Encoding.UTF8.GetBytes),
        [0xED, 0xA0, 0xBD], [0xD8, 0x3D],
    ];

    public IEnumerable<byte[]> Seeds =>
    [
        .. new[]
            {
                "point=10,20&point=30,40.5,0&box=1,2,300,400", "box=1,2,3,4", "point=1,2,2", Messages.ImageId, "default",
                $"default/{new string('a', 64)}/v1/{new string('0', 64)}", new string('\u00e9', 90), "a\u0001b\ud83d\ude00c",
            }
            .Select(text => (byte[])[70, .. Encoding.UTF8.GetBytes(text)]),
    ];

    public long AllocationLimit(int length) => (256 * 1024) + (2000L * length);

    public void Dispose()
    {
        // Holds nothing.
    }

    public void Run(byte[] input)
    {
        var bytes = new InputBytes(input);
        var most = bytes.Byte();
        // Halves of pairs too, as JSON and queries can have them.
        var text = most % 4 == 0 ? Encoding.BigEndianUnicode.GetString(bytes.Rest) : Encoding.UTF8.GetString(bytes.Rest);
        if (most % 8 == 0)
        {
            text = new string([.. text.Select(letter => letter == '\uFFFD' ? '\uD83D' : letter)]);
        }

        CheckRepeated(text, most);
        CheckNames(text);
        CheckQuery(text);
    }

    private static void CheckRepeated(string text, int most)
    {
        StatusRules.CheckText(ClientText.Quote(text));
        Require.That(ClientText.Quote(text).Length < 150);
        var fit = ClientText.Fit(text, most);
        Require.That(Encoding.UTF8.GetByteCount(fit) <= most);
        if (fit.Length > 0)
        {
            StatusRules.CheckText(fit);
        }
    }

    private static void CheckNames(string text)
    {
        try
        {
            Require.That(EmbeddingKey.Create(text, _model, _model.Digest).Tenant == text && TenantName.IsValid(text));
        }
        catch (ArgumentException)
        {
            Require.That(!TenantName.IsValid(text));
        }

        // Nobody guesses a checksum.
        Require.That(ApiKey.Read(text, out var key) != ApiKeyForm.Key && key is null);

        if (ImageId.Sha256Of(text) is { } sha256)
        {
            Require.That(sha256.Length == 64 && ImageId.Of(sha256) == text);
        }

        try
        {
            Require.That(EmbeddingKey.Parse(text).ToString() == text);
        }
        catch (FormatException)
        {
            // Said of a text that is no key.
        }
    }

    private static void CheckQuery(string text)
    {
        if (MaskQuery.Parse(new QueryCollection(QueryHelpers.ParseQuery(text))).TryGet(out var request, out var problem))
        {
            Require.That(request.Prompts[0].Points.All(point => point.HasLabel));
        }
        else
        {
            StatusRules.Check(problem);
        }
    }
}

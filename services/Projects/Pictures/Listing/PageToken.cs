using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Segmentation.Projects.Errors;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Listing;

/// <summary>
/// The place at which a page ended, as opaque text. It holds a hash of the query, so that a token of another filter or
/// order is refused and does not skip pictures in silence.
/// </summary>
internal static class PageToken
{
    private const int HashBytes = 8;

    /// <summary>Makes a token.</summary>
    public static string Of(ListPicturesRequest query, string value, long id) =>
        Base64Url.EncodeToString([.. HashOf(query), .. BitConverter.GetBytes(id), .. Encoding.UTF8.GetBytes(value)]);

    /// <summary>Reads a token.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no token, or one of another query.</exception>
    public static (string Value, long Id) Read(ListPicturesRequest query)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(query.PageToken);
            if (bytes.Length >= HashBytes + sizeof(long))
            {
                return bytes.AsSpan(0, HashBytes).SequenceEqual(HashOf(query))
                    ? (Encoding.UTF8.GetString(bytes, HashBytes + 8, bytes.Length - HashBytes - 8),
                        BitConverter.ToInt64(bytes, HashBytes))
                    : throw ProjectProblem.Invalid(
                        "page_token",
                        "belongs to another filter, order or project; leave it empty to begin with the first page");
            }
        }
        catch (FormatException)
        {
            // Said below.
        }

        throw PageSizes.NoToken(query.PageToken);
    }

    private static ReadOnlySpan<byte> HashOf(ListPicturesRequest query) => SHA256.HashData(
        new ListPicturesRequest
        {
            Project = query.Project, Filter = query.Filter, OrderBy = query.OrderBy,
        }.ToByteArray())
        .AsSpan(0, HashBytes);
}

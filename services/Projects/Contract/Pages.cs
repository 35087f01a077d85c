using System.Buffers.Text;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Contract;

/// <summary>
/// Pages of lists (AIP-158): sizes, and tokens that say where the next page begins. A token holds the keys of the last
/// item and a mark of the request that it belongs to; with another request it is refused and not answered wrongly.
/// </summary>
internal static class Pages
{
    // Fields that choose a page and not the list.
    private static readonly string[] _ofThePage = ["page_size", "page_token", "skip", "count"];

    /// <summary>Items of a page.</summary>
    /// <param name="asked">Size in the request; 0: the usual one.</param>
    /// <param name="usual">Size where none was asked for.</param>
    /// <param name="most">More are not given: AIP-158 has a greater number mean this one.</param>
    /// <exception cref="RpcException">INVALID_ARGUMENT: below 0.</exception>
    public static int SizeOf(int asked, int usual = 100, int most = 1000) =>
        asked < 0 ? throw ProjectProblem.Invalid("page_size", $"is {asked}; it must be 0 to {most}.")
        : asked == 0 ? usual
        : Math.Min(asked, most);

    /// <summary>Writes the token of the page after an item.</summary>
    /// <param name="request">The request for the page that ends with the item.</param>
    /// <param name="keys">Keys of the item, in the order by which the list is sorted.</param>
    /// <typeparam name="T">The request.</typeparam>
    public static string Token<T>(T request, params string[] keys)
        where T : IMessage<T> =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes<string[]>([MarkOf(request), .. keys]));

    /// <summary>Writes the token of the page after an item whose one key is a number.</summary>
    /// <inheritdoc cref="Token{T}(T, string[])"/>
    public static string Token<T>(T request, long key)
        where T : IMessage<T> => Token(request, key.ToString(CultureInfo.InvariantCulture));

    /// <summary>Reads a token.</summary>
    /// <param name="request">The request for a page.</param>
    /// <param name="token">Its token; empty: the first page.</param>
    /// <param name="count">Number of keys.</param>
    /// <typeparam name="T">The request.</typeparam>
    /// <returns>The keys; null for the first page.</returns>
    /// <exception cref="RpcException">INVALID_ARGUMENT: not a token of this request.</exception>
    public static IReadOnlyList<string>? Keys<T>(T request, string token, int count)
        where T : IMessage<T>
    {
        if (token.Length == 0)
        {
            return null;
        }

        try
        {
            var parts = JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromUtf8(Encoding.UTF8.GetBytes(token)));
            if (parts?.Length == count + 1 && parts[0] == MarkOf(request) && !parts.Contains(null))
            {
                return parts[1..];
            }
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            // Refused below, like a token of another request.
        }

        throw NoToken();
    }

    /// <summary>Reads a token whose one key is a number.</summary>
    /// <inheritdoc cref="Keys" path="/param|/typeparam|/exception"/>
    /// <returns>The number; null for the first page.</returns>
    public static long? Number<T>(T request, string token)
        where T : IMessage<T> =>
        Keys(request, token, 1) is not [var key] ? null
        : long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw NoToken();

    /// <summary>INVALID_ARGUMENT for a token that no answer to this request had.</summary>
    public static RpcException NoToken() => ProjectProblem.Invalid(
        "page_token",
        "is no token of this list: send next_page_token of the page before, with the same request otherwise, or "
            + "nothing for the first page.");

    private static string MarkOf<T>(T request)
        where T : IMessage<T>
    {
        var list = request.Clone();
        foreach (var field in list.Descriptor.Fields.InFieldNumberOrder())
        {
            if (_ofThePage.Contains(field.Name))
            {
                field.Accessor.Clear(list);
            }
        }

        byte[] text = [.. Encoding.UTF8.GetBytes(list.Descriptor.FullName), .. list.ToByteArray()];
        return XxHash3.HashToUInt64(text).ToString("x16", CultureInfo.InvariantCulture);
    }
}

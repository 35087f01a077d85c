using System.Buffers.Text;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Contract;

/// <summary>
/// Pages of lists (AIP-158): sizes, and tokens that say where the next page begins. A token holds the keys of the last
/// item and a mark of the question that it belongs to; with another question it is refused and not answered wrongly.
/// </summary>
internal static class Pages
{
    /// <summary>Items of a page.</summary>
    /// <param name="asked">Size in the request; 0: the usual one.</param>
    /// <param name="usual">Size where none was asked for.</param>
    /// <param name="most">More are not given: AIP-158 has a greater number mean this one.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: below 0.</exception>
    public static int SizeOf(int asked, int usual = 100, int most = 1000) =>
        asked < 0 ? throw ProjectProblem.Invalid("page_size", $"is {asked}; it must be 0 or greater")
        : asked == 0 ? usual
        : Math.Min(asked, most);

    /// <summary>Writes the token of the page after an item.</summary>
    /// <param name="question">The request without its token and size.</param>
    /// <param name="keys">Keys of the item, in the order by which the list is sorted.</param>
    public static string Token(IMessage question, params string[] keys) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes<string[]>([MarkOf(question), .. keys]));

    /// <summary>Reads a token.</summary>
    /// <param name="question">The request without its token and size.</param>
    /// <param name="token">The token; empty: the first page.</param>
    /// <param name="count">Number of keys.</param>
    /// <returns>The keys; null for the first page.</returns>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: not a token of this question.</exception>
    public static IReadOnlyList<string>? Keys(IMessage question, string token, int count)
    {
        if (token.Length == 0)
        {
            return null;
        }

        try
        {
            var parts = JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromUtf8(Encoding.UTF8.GetBytes(token)));
            if (parts?.Length == count + 1 && parts[0] == MarkOf(question) && !parts.Contains(null))
            {
                return parts[1..];
            }
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            // Refused below, like a token of another question.
        }

        throw ProjectProblem.Invalid(
            "page_token",
            "is no token of this list: send next_page_token of the page before, with the same request otherwise");
    }

    /// <summary>Reads a token whose one key is a number.</summary>
    /// <inheritdoc cref="Keys" path="/param|/exception"/>
    /// <returns>The number; null for the first page.</returns>
    public static long? Number(IMessage question, string token) =>
        Keys(question, token, 1) is not [var key] ? null
        : long.TryParse(key, out var number) ? number
        : throw ProjectProblem.Invalid("page_token", "is no token of this list");

    private static string MarkOf(IMessage question) =>
        XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(question.Descriptor.FullName + question)).ToString("x16");
}

using System.Buffers.Text;
using System.Text.Json;
using Segmentation.Common.Caching;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Fetching;

namespace Segmentation.Doors.LabelStudio;

/// <summary>
/// Values of <c>Authorization</c> for Label Studio: a legacy token as it is; for a personal access token the access token
/// that Label Studio gives for it, until that ends. Bounded. Safe for concurrent use.
/// </summary>
internal sealed class AccessTokens(PictureFetcher fetcher, TimeProvider clock)
{
    private const int MaxTokens = 1000;
    private const int MaxAnswerBytes = 64 * 1024;
    private const int Parts = 3;

    // Before its end, so that it does not end on its way.
    private static readonly TimeSpan _early = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _unsaid = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly LruCache<(string Tenant, StudioConnection Connection), (string Token, DateTimeOffset Ends)> _tokens =
        new(MaxTokens) { OwnerOf = key => key.Tenant };

    /// <summary>The value for a Label Studio; null where there is no token.</summary>
    /// <exception cref="Grpc.Core.RpcException">Label Studio gives no access token, or cannot be reached.</exception>
    public async Task<string?> AuthorizationAsync(
        string tenant, StudioConnection connection, CancellationToken cancellationToken)
    {
        var token = connection.Token;
        if (token.Length == 0)
        {
            return null;
        }

        if (ClaimsOf(token) is not { } claims)
        {
            return $"Token {token}";
        }

        var isPersonal = claims.TryGetProperty("token_type", out var type)
            && type.ValueKind == JsonValueKind.String
            && type.ValueEquals("refresh");
        return $"Bearer {(isPersonal ? await AccessAsync(tenant, connection, cancellationToken) : token)}";
    }

    private async Task<string> AccessAsync(string tenant, StudioConnection connection, CancellationToken cancellationToken)
    {
        var key = (tenant, connection);
        lock (_gate)
        {
            if (_tokens.TryGet(key, out var known) && known.Ends > clock.GetUtcNow())
            {
                return known.Token;
            }
        }

        var request = new FetchRequest(new Uri(connection.Address, "api/token/refresh/"))
        {
            Json = JsonSerializer.SerializeToUtf8Bytes(new { refresh = connection.Token }),
        };
        using var answer = await fetcher.FetchAsync(tenant, request, MaxAnswerBytes, cancellationToken);
        var access = AccessOf(answer.Bytes) ?? throw DoorProblem.Of(
            StatusCode.FailedPrecondition,
            "FETCH_REFUSED",
            $"{connection.Address.Host}: gave no access token for the personal access token. Make a new one in Label Studio.");
        lock (_gate)
        {
            _tokens.Set(key, (access, EndOf(access)), 1);
        }

        return access;
    }

    private DateTimeOffset EndOf(string token) =>
        ClaimsOf(token) is { } claims
        && claims.TryGetProperty("exp", out var end)
        && end.ValueKind == JsonValueKind.Number
        && end.TryGetInt64(out var seconds)
        && seconds is > 0 and < 1L << 36
            ? DateTimeOffset.FromUnixTimeSeconds(seconds) - _early
            : clock.GetUtcNow() + _unsaid;

    private static string? AccessOf(byte[] answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("access", out var access)
                && access.ValueKind == JsonValueKind.String
                && access.GetString() is { } token
                && StudioConnection.IsToken(token)
                    ? token
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What a JSON web token claims, unchecked; null where the text is none.</summary>
    private static JsonElement? ClaimsOf(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != Parts || !Base64Url.IsValid(parts[1]))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

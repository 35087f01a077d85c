using System.Net;
using System.Text.Json;
using Grpc.Core;

namespace Segmentation.Client.Projects;

/// <summary>Makes of an HTTP answer without success the exception that gRPC would have thrown.</summary>
internal static class HttpFailure
{
    /// <summary>Reads the answer and disposes it.</summary>
    public static async Task<RpcException> ReadAsync(
        HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response)
        {
            string text;
            try
            {
                text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception lost) when (lost is HttpRequestException or IOException)
            {
                text = "";
            }

            var message = Message(text) ?? $"The server answered {(int)response.StatusCode} {response.ReasonPhrase}.";
            return new RpcException(new Status(CodeOf(response.StatusCode), message));
        }
    }

    private static string? Message(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            foreach (var name in (ReadOnlySpan<string>)["detail", "message", "title"])
            {
                if (json.RootElement.ValueKind == JsonValueKind.Object
                    && json.RootElement.TryGetProperty(name, out var value)
                    && value.ValueKind == JsonValueKind.String)
                {
                    return value.GetString();
                }
            }
        }
        catch (JsonException)
        {
            // Something between here and the server answered in words of its own.
        }

        return null;
    }

    private static StatusCode CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType =>
            StatusCode.InvalidArgument,
        HttpStatusCode.RequestedRangeNotSatisfiable => StatusCode.OutOfRange,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound or HttpStatusCode.Gone => StatusCode.NotFound,
        HttpStatusCode.Conflict => StatusCode.Aborted,
        HttpStatusCode.PreconditionFailed => StatusCode.FailedPrecondition,
        HttpStatusCode.TooManyRequests => StatusCode.ResourceExhausted,
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
            StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };
}

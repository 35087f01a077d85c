using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Segmentation.Doors.Cvat;

/// <summary>
/// An error as CVAT shows one. Of an answer that is no success, it shows the status line alone: what is wrong is said
/// there, and once more as <c>{"error": ...}</c>, as Nuclio's dashboard does.
/// </summary>
/// <param name="message">What is wrong, where, and what to do.</param>
/// <param name="httpStatus">The HTTP status.</param>
internal sealed class CvatRefusal(string message, int httpStatus) : IResult
{
    private const int MaxReason = 300;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        httpContext.Response.StatusCode = httpStatus;
        if (httpContext.Features.Get<IHttpResponseFeature>() is { HasStarted: false } response)
        {
            response.ReasonPhrase = Reason(message);
        }

        httpContext.Response.ContentType = "application/json";
        return httpContext.Response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(new { error = message }), httpContext.RequestAborted).AsTask();
    }

    /// <summary>The text in one line of printable ASCII, as the status line allows; what is cut off ends in dots.</summary>
    internal static string Reason(string message)
    {
        var line = string.Create(message.Length, message, static (span, text) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = text[i] is >= ' ' and <= '~' ? text[i] : text[i] < ' ' ? ' ' : '?';
            }
        });
        return line.Length <= MaxReason ? line : $"{line[..(MaxReason - 3)]}...";
    }
}

using System.Net;
using System.Text.Json;
using Segmentation.Doors.Tests.Hosting;
using Segmentation.Masks;

namespace Segmentation.Doors.Tests.Cvat;

/// <summary>A server with the door for CVAT open.</summary>
public sealed class CvatServer() : OpenDoor(
    "cvat", "Doors:Cvat:Enabled=true", "Doors:Cvat:PointsPerSide=6", "Doors:Cvat:MaxMasks=5", "Doors:Cvat:Label=thing")
{
    /// <summary>What CVAT does for a click.</summary>
    /// <param name="function">The function's id; null leaves the header out.</param>
    /// <param name="body">The JSON.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<HttpResponseMessage> InvokeAsync(string? function, string body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/function_invocations") { Content = Json(body) };
        request.Headers.Add("x-nuclio-path", "/");
        request.Headers.Add("x-nuclio-project-name", "cvat");
        if (function is not null)
        {
            request.Headers.Add("x-nuclio-function-name", function);
        }

        return await Client.SendAsync(request, cancellationToken);
    }

    /// <summary>The mask of a click, laid on the whole picture.</summary>
    public async Task<RunLengths> MaskAsync(string function, string body, CancellationToken cancellationToken)
    {
        using var answer = await InvokeAsync(function, body, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.ReasonPhrase} {text}");
        using var document = JsonDocument.Parse(text);
        int[] bounds = [.. document.RootElement.GetProperty("bounds").EnumerateArray().Select(bound => bound.GetInt32())];
        int[][] rows =
        [
            .. document.RootElement.GetProperty("mask").EnumerateArray()
                .Select(row => row.EnumerateArray().Select(pixel => pixel.GetInt32()).ToArray()),
        ];
        Assert.All(rows, row => Assert.Equal(bounds[2] - bounds[0] + 1, row.Length));
        Assert.Equal(bounds[3] - bounds[1] + 1, rows.Length);
        Assert.All(rows, row => Assert.All(row, pixel => Assert.True(pixel is 0 or 255)));
        return Placed(rows, bounds[0], bounds[1]);
    }
}

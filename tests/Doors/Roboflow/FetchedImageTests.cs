using System.Net;
using System.Text.Json;
using Segmentation.Doors.Tests.Hosting;

namespace Segmentation.Doors.Tests.Roboflow;

/// <summary>Images that requests name by an address.</summary>
public sealed class FetchedImageTests(FetchingServer server) : IClassFixture<FetchingServer>
{
    private const string Route = "sam2/segment_image";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Segment_ImageOfAnAllowedHost_IsTheMaskOfTheImageSentAlong()
    {
        var expected = await server.SegmentAsync(
            """[{"points":[{"x":300,"y":200}]}]""", Cancel, """{"maskCount":"MASK_COUNT_THREE"}""");

        using var answer = await AskAsync(server.ImageAt("/coffee.png"));
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        using var document = JsonDocument.Parse(text);
        var prediction = document.RootElement.GetProperty("predictions")[0];
        Assert.Equal(expected[0], OpenDoor.Runs(prediction.GetProperty("masks")));
    }

    [Theory]
    [InlineData("""{"type":"url","value":"http://localhost:1/a.png"}""", "localhost: this server fetches no pictures from there")]
    [InlineData("""{"type":"url","value":"coffee.png"}""", "image.value: No address")]
    [InlineData("""{"type":"url","value":"file:///etc/passwd"}""", "this server fetches no pictures from there")]
    [InlineData("MISSING", "answered with HTTP status 404")]
    public async Task Segment_OtherAddress_IsRefusedInWords(string image, string words)
    {
        using var answer = await AskAsync(image.Replace("MISSING", server.ImageAt("/none.png"), StringComparison.Ordinal));

        Assert.InRange((int)answer.StatusCode, 400, 403);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Contains(words, problem.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> AskAsync(string image) => server.Client.PostAsync(
        Route,
        OpenDoor.Json($$"""{"image":{{image}},"prompts":[{"points":[{"x":300,"y":200,"positive":true}]}],"format":"rle"}"""),
        Cancel);
}

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Segmentation.Masks;
using Segmentation.Tests.Shared;

namespace Segmentation.Doors.Tests.Hosting;

/// <summary>A server with one door open, and the real model behind it.</summary>
/// <param name="door">The door's name in paths.</param>
/// <param name="options">Options, without the leading <c>--Segmentation:</c>.</param>
public abstract class OpenDoor(string door, params string[] options) : IAsyncLifetime
{
    private ServiceProcess _process = null!;

    /// <summary>A photograph of 600 x 400 pixels.</summary>
    public static byte[] Photo { get; } =
        File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "coffee.png"));

    /// <summary>The photograph in base64.</summary>
    public static string PhotoText { get; } = Convert.ToBase64String(Photo);

    /// <summary>Asks below the door's path.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>The server.</summary>
    public Uri Address => _process.Address;

    public async ValueTask InitializeAsync()
    {
        var http = Repository.FreePort();
        _process = new ServiceProcess(
            "Standalone", http, [$"Endpoints:GrpcPort={Repository.FreePort()}", $"Endpoints:HttpPort={http}", .. options]);
        await _process.StartAsync(TestContext.Current.CancellationToken);
        Client = new HttpClient { BaseAddress = new Uri(Address, $"doors/{door}/") };
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The best masks that this system's own interface gives for prompts in its own JSON.</summary>
    public async Task<RunLengths[]> SegmentAsync(string prompts, CancellationToken cancellationToken, string output = "{}")
    {
        using var answer = await Client.PostAsync(
            new Uri(Address, "v1/segment"),
            Json($$"""{"imageData":"{{PhotoText}}","prompts":{{prompts}},"output":{{output}}}"""),
            cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        using var document = JsonDocument.Parse(text);
        return
        [
            .. document.RootElement.GetProperty("results").EnumerateArray()
                .Select(result => Runs(result.GetProperty("masks")[0].GetProperty("rle"))),
        ];
    }

    /// <summary>A mask in COCO's form.</summary>
    public static RunLengths Runs(JsonElement rle) => RunLengths.FromCocoString(
        rle.GetProperty("size")[0].GetInt32(), rle.GetProperty("size")[1].GetInt32(), rle.GetProperty("counts").GetString()!);

    /// <summary>A body of JSON.</summary>
    public static HttpContent Json(string json) => new StringContent(json, new MediaTypeHeaderValue("application/json"));

    /// <summary>Pixels of the photograph's size.</summary>
    /// <param name="crop">Rows of a crop; anything but 0 is inside.</param>
    /// <param name="left">Column of the crop's left edge.</param>
    /// <param name="top">Row of its top edge.</param>
    public static RunLengths Placed(IReadOnlyList<int[]> crop, int left, int top)
    {
        var pixels = new byte[400 * 600];
        for (var row = 0; row < crop.Count; row++)
        {
            for (var column = 0; column < crop[row].Length; column++)
            {
                pixels[((top + row) * 600) + left + column] = (byte)crop[row][column];
            }
        }

        return RunLengths.FromBytes(400, 600, pixels);
    }

    /// <summary>A number as JSON has it.</summary>
    public static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);
}

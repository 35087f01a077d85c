using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Text.Json;
using Segmentation.Masks;
using Segmentation.Tests.Shared;

namespace Segmentation.Browser.Tests;

/// <summary>A project that a test fills over REST.</summary>
/// <param name="Server">The server's address.</param>
/// <param name="Id">The project's id.</param>
internal sealed record ProjectData(Uri Server, string Id)
{
    /// <summary>Size of the pictures that <see cref="AddPictureAsync"/> adds.</summary>
    public const int Width = 600, Height = 400;

    // Signature, and the chunk IHDR.
    private const int HeaderEnd = 8 + 25;

    private static readonly HttpClient _http = new();

    /// <summary>Creates a project with the labels cup (1) and plate (2).</summary>
    public static async Task<ProjectData> CreateAsync(Uri server, string name, CancellationToken cancellationToken)
    {
        var created = await SendAsync(
            new(server, "v1/projects"), JsonContent.Create(new { name }), cancellationToken);
        var project = new ProjectData(server, created.GetProperty("id").GetString()!);
        foreach (var label in new[] { "cup", "plate" })
        {
            await project.PostAsync("labels", new { name = label }, cancellationToken);
        }

        return project;
    }

    /// <summary>Adds the repository's picture of a cup of coffee as another file for each number; gives its id.</summary>
    public async Task<string> AddPictureAsync(int number, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(await PictureAsync(number, cancellationToken));
        content.Headers.ContentType = new("image/png");
        var picture = await SendAsync(AddressOf($"pictures:upload?name=coffee-{number}.png"), content, cancellationToken);
        return picture.GetProperty("id").GetString()!;
    }

    /// <summary>The file that <see cref="AddPictureAsync"/> adds.</summary>
    public static async Task<byte[]> PictureAsync(int number, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "coffee.png");
        var file = await File.ReadAllBytesAsync(path, cancellationToken);

        // The colour of a background, behind the header: another file with the same pixels, also without its metadata.
        byte[] background = [.. "bKGD"u8, 0, 0, 0, 0, 0, (byte)number];
        var checksum = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc(background));
        return [.. file[..HeaderEnd], 0, 0, 0, 6, .. background, .. checksum, .. file[HeaderEnd..]];
    }

    /// <summary>The checksum of a PNG chunk, without tables.</summary>
    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
            }
        }

        return ~crc;
    }

    /// <summary>Sends operations on a picture that are applied, or else fails; gives their outcomes.</summary>
    public async Task<JsonElement[]> ApplyAsync(
        string picture, object[] operations, CancellationToken cancellationToken, string job = "0")
    {
        var answer = await PostAsync($"pictures/{picture}/operations", new { operations, job }, cancellationToken);
        JsonElement[] outcomes = [.. answer.GetProperty("outcomes").EnumerateArray()];
        Assert.All(outcomes, outcome =>
            Assert.Equal("OPERATION_RESULT_APPLIED", outcome.GetProperty("result").GetString()));
        return outcomes;
    }

    /// <summary>Draws a mask; gives the annotation.</summary>
    /// <param name="picture">The picture's id.</param>
    /// <param name="mask">The mask.</param>
    /// <param name="label">1: cup, 2: plate.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="seconds">Active seconds that it took.</param>
    /// <param name="clicks">Clicks that it took.</param>
    /// <param name="isProposal">True for a proposal of a model.</param>
    /// <param name="job">Replica or ground-truth job that it belongs to.</param>
    public async Task<JsonElement> DrawAsync(
        string picture,
        RunLengths mask,
        int label,
        CancellationToken cancellationToken,
        int seconds = 0,
        int clicks = 0,
        bool isProposal = false,
        string job = "0")
    {
        var create = new
        {
            id = Guid.CreateVersion7(),
            label,
            mask = MessageOf(mask),
            state = isProposal ? "ANNOTATION_STATE_PROPOSED" : "ANNOTATION_STATE_ACTIVE",
            provenance = new { source = "ANNOTATION_SOURCE_ASSISTED", predictedIou = 0.9 },
        };
        var operation = new { id = Guid.CreateVersion7(), create, activeMs = seconds * 1000, clicks };
        var outcomes = await ApplyAsync(picture, [operation], cancellationToken, job);
        return outcomes[0].GetProperty("current");
    }

    /// <summary>Masks of a picture in the stack's order: name of the state, label and COCO string.</summary>
    public async Task<(string State, int Label, string Counts)[]> MasksAsync(
        string picture, CancellationToken cancellationToken)
    {
        var list = await GetAsync($"pictures/{picture}/annotations", cancellationToken);
        return list.TryGetProperty("annotations", out var annotations)
            ? [.. annotations.EnumerateArray()
                .Select(one => (
                    State: one.GetProperty("state").GetString()!,
                    Label: one.GetProperty("label").GetInt32(),
                    Counts: one.GetProperty("mask").GetProperty("counts").GetString()!))
                .OrderBy(one => one.Counts, StringComparer.Ordinal)]
            : [];
    }

    /// <summary>Ids of the project's pictures by their names.</summary>
    public async Task<SortedDictionary<string, string>> PicturesAsync(CancellationToken cancellationToken)
    {
        var list = await GetAsync("pictures", cancellationToken);
        return new(
            list.GetProperty("pictures").EnumerateArray().ToDictionary(
                one => one.GetProperty("name").GetString()!, one => one.GetProperty("id").GetString()!),
            StringComparer.Ordinal);
    }

    /// <summary>Reads something of the project.</summary>
    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        _http.GetFromJsonAsync<JsonElement>(AddressOf(path), cancellationToken);

    /// <summary>Sends something to the project.</summary>
    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken) =>
        SendAsync(AddressOf(path), JsonContent.Create(body), cancellationToken);

    /// <summary>A rectangle as a mask, with a hole in its middle where asked for.</summary>
    public static RunLengths Rectangle(int left, int top, int width, int height, bool hasHole = false)
    {
        var pixels = new byte[Width * Height];
        for (var y = top; y < top + height; y++)
        {
            for (var x = left; x < left + width; x++)
            {
                var isHole = hasHole && Math.Abs((2 * (x - left)) - width) < width / 2
                    && Math.Abs((2 * (y - top)) - height) < height / 2;
                pixels[(y * Width) + x] = (byte)(isHole ? 0 : 1);
            }
        }

        return RunLengths.FromBytes(Height, Width, pixels);
    }

    /// <summary>A mask as the API has it.</summary>
    public static object MessageOf(RunLengths mask) =>
        new { size = new[] { mask.Height, mask.Width }, counts = mask.ToCocoString() };

    private static async Task<JsonElement> SendAsync(
        Uri address, HttpContent content, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsync(address, content, cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{address}: {body}");
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    private Uri AddressOf(string path) => new(Server, $"v1/projects/{Id}/{path}");
}

using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Segmentation.Tests.Shared;

namespace Segmentation.Doors.Tests.LabelStudio;

/// <summary>Standalone with the door open, and a Label Studio that it may fetch from.</summary>
public sealed class LabelStudioServer : IAsyncLifetime
{
    /// <summary>Width of the picture.</summary>
    public const int Width = 600;

    /// <summary>Height of the picture.</summary>
    public const int Height = 400;

    private const string Door = "/doors/label-studio";

    private ServiceProcess _process = null!;

    /// <summary>The picture's file.</summary>
    public static byte[] Picture { get; } =
        File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "coffee.png"));

    /// <summary>The picture as a data URL.</summary>
    public static string DataUrl { get; } = $"data:image/png;base64,{Convert.ToBase64String(Picture)}";

    internal StudioTwin Studio { get; } = new(Picture);

    internal HttpClient Http { get; } = new() { Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>A labelling configuration with a control.</summary>
    public static string Config(string tag = "BrushLabels") => $"""
        <View>
          <Image name="image" value="$image"/>
          <{tag} name="masks" toName="image"><Label value="Cup"/><Label value="Spoon"/></{tag}>
          <KeyPointLabels name="clicks" toName="image" smart="true"><Label value="Cup"/><Label value="Spoon"/></KeyPointLabels>
          <RectangleLabels name="boxes" toName="image" smart="true"><Label value="Cup"/></RectangleLabels>
        </View>
        """;

    /// <summary>A key point at a place in percent.</summary>
    public static JsonObject Click(double x, double y, bool isPositive = true, string label = "Cup") => new()
    {
        ["id"] = "k1",
        ["type"] = "keypointlabels",
        ["from_name"] = "clicks",
        ["to_name"] = "image",
        ["original_width"] = Width,
        ["original_height"] = Height,
        ["image_rotation"] = 0,
        ["is_positive"] = isPositive,
        ["value"] = new JsonObject { ["x"] = x, ["y"] = y, ["width"] = 0.3, ["keypointlabels"] = new JsonArray(label) },
    };

    /// <summary>A rectangle in percent.</summary>
    public static JsonObject Rectangle(double x, double y, double width, double height) => new()
    {
        ["type"] = "rectanglelabels",
        ["to_name"] = "image",
        ["value"] = new JsonObject
        {
            ["x"] = x,
            ["y"] = y,
            ["width"] = width,
            ["height"] = height,
            ["rotation"] = 0,
            ["rectanglelabels"] = new JsonArray("Cup"),
        },
    };

    /// <summary>A request for predictions.</summary>
    public static JsonObject Ask(string image, string config, params JsonNode[] regions) => new()
    {
        ["tasks"] = new JsonArray(new JsonObject { ["id"] = 17, ["data"] = new JsonObject { ["image"] = image } }),
        ["model_version"] = "x",
        ["project"] = "3.1700000000",
        ["label_config"] = config,
        ["params"] = new JsonObject
        {
            ["login"] = null,
            ["password"] = null,
            ["context"] = regions.Length == 0 ? null : new JsonObject { ["result"] = new JsonArray(regions) },
        },
    };

    public async ValueTask InitializeAsync()
    {
        var http = Repository.FreePort();
        _process = new ServiceProcess(
            "Standalone",
            http,
            [
                $"Endpoints:GrpcPort={Repository.FreePort()}",
                $"Endpoints:HttpPort={http}",
                "Doors:LabelStudio:Enabled=true",
                "Doors:Fetching:Enabled=true",
                $"Doors:Fetching:AllowedHosts={Studio.Hosts}",
                $"Doors:Fetching:AllowPrivateAddresses={Studio.Hosts}",
            ]);
        await _process.StartAsync(TestContext.Current.CancellationToken);
        Http.BaseAddress = _process.Address;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await (_process?.DisposeAsync() ?? default);
        await Studio.DisposeAsync();
    }

    internal Task<HttpResponseMessage> PostAsync(string path, JsonNode body, CancellationToken cancellationToken) =>
        Http.PostAsJsonAsync(Door + path, body, cancellationToken);

    internal Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancellationToken) =>
        Http.GetAsync(new Uri(Door + path, UriKind.Relative), cancellationToken);

    /// <summary>Predictions of a request that is answered.</summary>
    internal async Task<JsonElement> PredictAsync(JsonNode body, CancellationToken cancellationToken)
    {
        using var response = await PostAsync("/predict", body, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text).GetProperty("results");
    }

    /// <summary>The first mask's COCO string by the REST API for a prompt on the picture.</summary>
    internal async Task<JsonElement> SegmentAsync(JsonNode prompt, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["imageData"] = Convert.ToBase64String(Picture), ["prompts"] = new JsonArray(prompt) };
        using var response = await Http.PostAsJsonAsync("/v1/segment", body, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text).GetProperty("results")[0].GetProperty("masks")[0];
    }
}

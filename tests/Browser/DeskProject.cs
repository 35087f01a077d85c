using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Segmentation.Tests.Shared;

namespace Segmentation.Browser.Tests;

/// <summary>A project with pictures, made over REST.</summary>
/// <param name="Server">The server's address.</param>
/// <param name="Id">The project's id.</param>
/// <param name="Pictures">The pictures' ids: each is the same photograph.</param>
/// <param name="Labels">The ids of the labels cup and plate.</param>
/// <param name="Key">The API key of all requests; null for a server without identity.</param>
internal sealed record DeskProject(
    Uri Server, string Id, IReadOnlyList<string> Pictures, IReadOnlyList<int> Labels, string? Key)
{
    private static readonly HttpClient _http = new();

    /// <summary>Id of the first picture.</summary>
    public string Picture => Pictures[0];

    /// <summary>Creates a project with the labels cup and plate, and pictures.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="name">The project's name.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <param name="pictures">Number of copies of the picture.</param>
    /// <param name="secondsPerMask">Seconds after which the desk shows its hint; 0: the usual ones.</param>
    /// <param name="key">An API key.</param>
    /// <param name="file">A PNG file; null: a photograph of the repository.</param>
    public static async Task<DeskProject> CreateAsync(
        Uri server,
        string name,
        CancellationToken cancellationToken,
        int pictures = 1,
        int secondsPerMask = 0,
        string? key = null,
        string? file = null)
    {
        var maker = new DeskProject(server, "", [], [], key);
        var settings = new { secondsPerMaskHint = secondsPerMask };
        var id = await maker.IdAsync("v1/projects", JsonContent.Create(new { name, settings }), cancellationToken);
        var labels = new List<int>();
        foreach (var label in new[] { "cup", "plate" })
        {
            labels.Add(int.Parse(
                await maker.IdAsync(
                    $"v1/projects/{id}/labels", JsonContent.Create(new { name = label }), cancellationToken),
                CultureInfo.InvariantCulture));
        }

        file ??= Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "coffee.png");
        var bytes = await File.ReadAllBytesAsync(file, cancellationToken);
        var ids = new List<string>();
        for (var i = 0; i < pictures; i++)
        {
            // Bytes behind the end of a PNG change its hash and not its pixels.
            using var content = new ByteArrayContent([.. bytes, .. new byte[i]]);
            content.Headers.ContentType = new("image/png");
            ids.Add(await maker.IdAsync(
                $"v1/projects/{id}/pictures:upload?name={Path.GetFileNameWithoutExtension(file)}-{i}.png",
                content,
                cancellationToken));
        }

        return new(server, id, ids, labels, key);
    }

    /// <summary>Asks for a resource of the project.</summary>
    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"v1/projects/{Id}/{path}", null, cancellationToken);

    /// <summary>Calls a method of the project.</summary>
    public Task<JsonNode> PostAsync(string path, object body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"v1/projects/{Id}/{path}", JsonContent.Create(body), cancellationToken);

    /// <summary>Deletes a resource of the project.</summary>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"v1/projects/{Id}/{path}", null, cancellationToken);

    /// <summary>The annotations of a picture, the first one where none is named.</summary>
    public async Task<IReadOnlyList<JsonNode>> AnnotationsAsync(
        CancellationToken cancellationToken, string? picture = null)
    {
        var list = await GetAsync($"pictures/{picture ?? Picture}/annotations", cancellationToken);
        return [.. (list["annotations"]?.AsArray() ?? []).Select(annotation => annotation!)];
    }

    /// <summary>The masks that the server has, by the annotations' ids, in COCO's form.</summary>
    public async Task<Dictionary<string, string>> MasksAsync(
        CancellationToken cancellationToken, string? picture = null)
    {
        var annotations = await AnnotationsAsync(cancellationToken, picture);
        return annotations.ToDictionary(
            annotation => annotation["id"]!.GetValue<string>(),
            annotation => annotation["mask"]!["counts"]!.GetValue<string>());
    }

    /// <summary>
    /// Takes the first picture as another program would, gives its one object the label plate, and returns the picture.
    /// </summary>
    public async Task RelabelByOtherAsync(CancellationToken cancellationToken)
    {
        var holder = Guid.NewGuid().ToString();
        var path = $"pictures/{Picture}";
        _ = await PostAsync($"{path}:lease", new { holder, takeOver = true }, cancellationToken);
        var annotation = Assert.Single(await AnnotationsAsync(cancellationToken));
        var (id, mask, state) = (annotation["id"], annotation["mask"], annotation["state"]);
        var update = new { id, mask, state, label = Labels[1] };
        var operation = new { id = Guid.NewGuid().ToString(), baseRevision = annotation["revision"], update };
        var answer = await PostAsync(
            $"{path}/operations", new { holder, operations = new[] { operation } }, cancellationToken);
        Assert.Equal("OPERATION_RESULT_APPLIED", answer["outcomes"]![0]!["result"]!.GetValue<string>());
        _ = await PostAsync($"{path}:release", new { holder }, cancellationToken);
    }

    private async Task<string> IdAsync(string path, HttpContent content, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Post, path, content, cancellationToken))["id"]!.ToString();

    private async Task<JsonNode> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(Server, path)) { Content = content };
        if (Key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        }

        using var answer = await _http.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return JsonNode.Parse(text) ?? new JsonObject();
    }
}

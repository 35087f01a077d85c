using System.Net.Http.Json;
using System.Text.Json;
using Segmentation.Tests.Shared;

namespace Segmentation.Browser.Tests;

/// <summary>A project with one picture, made over REST.</summary>
/// <param name="Server">The server's address.</param>
/// <param name="Id">The project's id.</param>
/// <param name="Picture">The picture's id.</param>
internal sealed record DeskProject(Uri Server, string Id, string Picture)
{
    private static readonly HttpClient _http = new();

    /// <summary>Creates a project with the labels cup and plate, and one of the repository's pictures.</summary>
    public static Task<DeskProject> CreateAsync(Uri server, string name, CancellationToken cancellationToken) =>
        CreateAsync(
            server, name, Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "coffee.png"), cancellationToken);

    /// <summary>Creates a project with the labels cup and plate, and a picture, a PNG file.</summary>
    public static async Task<DeskProject> CreateAsync(
        Uri server, string name, string file, CancellationToken cancellationToken)
    {
        var id = await PostAsync(new(server, "v1/projects"), JsonContent.Create(new { name }), cancellationToken);
        foreach (var label in new[] { "cup", "plate" })
        {
            _ = await PostAsync(
                new(server, $"v1/projects/{id}/labels"), JsonContent.Create(new { name = label }), cancellationToken);
        }

        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(file, cancellationToken));
        content.Headers.ContentType = new("image/png");
        var picture = await PostAsync(
            new(server, $"v1/projects/{id}/pictures:upload?name={Path.GetFileName(file)}"), content, cancellationToken);
        return new(server, id, picture);
    }

    /// <summary>The masks that the server has, by the annotations' ids, in COCO's form.</summary>
    public async Task<Dictionary<string, string>> MasksAsync(CancellationToken cancellationToken)
    {
        var list = await _http.GetFromJsonAsync<JsonElement>(
            new Uri(Server, $"v1/projects/{Id}/pictures/{Picture}/annotations"), cancellationToken);
        return list.TryGetProperty("annotations", out var annotations)
            ? annotations.EnumerateArray().ToDictionary(
                annotation => annotation.GetProperty("id").GetString()!,
                annotation => annotation.GetProperty("mask").GetProperty("counts").GetString()!)
            : [];
    }

    private static async Task<string> PostAsync(Uri address, HttpContent content, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsync(address, content, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var created = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return created.GetProperty("id").ToString();
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Segmentation.Doors.Tests.Hosting;
using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Doors.Tests.Cvat;

/// <summary>CVAT's credentials: python's requests makes Basic of them.</summary>
public sealed class CvatCredentialTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Password_IsTheKey_AndItsScopesHold()
    {
        var folder = Directory.CreateTempSubdirectory("cvat");
        try
        {
            var (whole, clicks) = (ApiKey.Create(), ApiKey.Create());
            var file = Path.Combine(folder.FullName, "keys.json");
            ApiKeyRecord[] records = [Record(whole, Scope.Segment | Scope.Everything), Record(clicks, Scope.Segment)];
            await KeysFile.ChangeAsync(file, _ => records, Cancel);
            await using var server = new LockedDoor(file);
            await server.InitializeAsync();

            Assert.Equal(HttpStatusCode.Unauthorized, await ListAsync(server, null));
            Assert.Equal(HttpStatusCode.Unauthorized, await ListAsync(server, ApiKey.Create().Text));
            Assert.Equal(HttpStatusCode.OK, await ListAsync(server, clicks.Text));
            Assert.Equal(HttpStatusCode.OK, await InvokeAsync(server, clicks.Text, "minisam.points"));
            Assert.Equal(HttpStatusCode.Forbidden, await InvokeAsync(server, clicks.Text, "minisam.everything"));
            Assert.Equal(HttpStatusCode.OK, await InvokeAsync(server, whole.Text, "minisam.everything"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ApiKeyRecord Record(ApiKey key, Scope scopes) => new()
    {
        Id = key.Id,
        Hash = key.Hash(),
        Tenant = "anna",
        Name = "cvat",
        Scopes = scopes,
        Created = TimeProvider.System.GetUtcNow().AddDays(-1),
    };

    private static Task<HttpStatusCode> ListAsync(OpenDoor server, string? key) =>
        AskAsync(server, key, new HttpRequestMessage(HttpMethod.Get, "api/functions"));

    private static Task<HttpStatusCode> InvokeAsync(OpenDoor server, string key, string function)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "api/function_invocations")
        {
            Content = OpenDoor.Json($$"""{"image":"{{OpenDoor.PhotoText}}","pos_points":[[300,200]]}"""),
        };
        request.Headers.Add("x-nuclio-function-name", function);
        return AskAsync(server, key, request);
    }

    private static async Task<HttpStatusCode> AskAsync(OpenDoor server, string? key, HttpRequestMessage request)
    {
        using (request)
        {
            request.Headers.Authorization = key is null
                ? null
                : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"cvat:{key}")));
            using var answer = await server.Client.SendAsync(request, Cancel);
            return answer.StatusCode;
        }
    }

    private sealed class LockedDoor(string keysFile)
        : OpenDoor("cvat", "Doors:Cvat:Enabled=true", "Doors:Cvat:PointsPerSide=2", $"Identity:KeysFile={keysFile}");
}

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

    /// <summary>Nobody can tell which of two credentials a request means, whatever their ways.</summary>
    [Fact]
    public async Task TwoCredentials_AreRefused()
    {
        var folder = Directory.CreateTempSubdirectory("cvat");
        try
        {
            var key = ApiKey.Create();
            var file = Path.Combine(folder.FullName, "keys.json");
            ApiKeyRecord[] records = [Record(key, Scope.Segment)];
            await KeysFile.ChangeAsync(file, _ => records, Cancel);
            await using var server = new LockedDoor(file, "Doors:Roboflow:Enabled=true");
            await server.InitializeAsync();
            var basic = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"cvat:{key.Text}"))}";
            var embed = new Uri(server.Address, $"doors/roboflow/sam2/embed_image?api_key={key.Text}");

            Assert.Contains("CREDENTIAL_AMBIGUOUS", await RefusalAsync(
                server, new Uri(server.Address, "doors/cvat/api/functions"), ("Authorization", basic), ("x-api-key", key.Text)), StringComparison.Ordinal);
            Assert.Contains("CREDENTIAL_AMBIGUOUS", await RefusalAsync(
                server, embed, ("Authorization", $"Bearer {key.Text}")), StringComparison.Ordinal);
            Assert.DoesNotContain("CREDENTIAL_AMBIGUOUS", await RefusalAsync(server, embed), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> RefusalAsync(OpenDoor server, Uri address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(
            address.AbsolutePath.EndsWith("functions", StringComparison.Ordinal) ? HttpMethod.Get : HttpMethod.Post, address);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await server.Client.SendAsync(request, Cancel);
        Assert.False(answer.IsSuccessStatusCode);
        return await answer.Content.ReadAsStringAsync(Cancel);
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

    private sealed class LockedDoor(string keysFile, params string[] more)
        : OpenDoor("cvat", ["Doors:Cvat:Enabled=true", "Doors:Cvat:PointsPerSide=2", $"Identity:KeysFile={keysFile}", .. more]);
}

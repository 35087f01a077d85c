using System.Text.Json.Nodes;

namespace Segmentation.Doors.Tests.LabelStudio;

/// <summary>Pictures that Label Studio has, fetched from a twin of it.</summary>
public sealed class LabelStudioPicturesTests(LabelStudioServer server) : IClassFixture<LabelStudioServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>An uploaded file is looked for in two places; the clicks after the first fetch nothing.</summary>
    [Fact]
    public async Task Predict_UploadedFile_IsFetchedOnce()
    {
        await SetUpAsync("11", StudioTwin.Legacy);

        await ClickAsync("11", "/data/upload/11/a.png");
        await ClickAsync("11", "/data/upload/11/a.png");

        Assert.Equal(
            ["/storage-data/uploaded/?filepath=upload%2F11%2Fa.png", "/data/upload/11/a.png"],
            server.Studio.Paths.Where(path => path.Contains("11", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Predict_LocalFile_IsFetchedWithTheToken()
    {
        await SetUpAsync("12", StudioTwin.Legacy);

        await ClickAsync("12", "/data/local-files/?d=12/a.png");

        Assert.Contains("/data/local-files/?d=12/a.png", server.Studio.Paths);
    }

    /// <summary>The token stays with Label Studio when it leads to the cloud.</summary>
    [Fact]
    public async Task Predict_CloudFile_IsFetchedByThePresignDoor()
    {
        await SetUpAsync("13", StudioTwin.Legacy);

        await ClickAsync("13", "s3://bucket/13.png");

        Assert.Contains(server.Studio.Paths, path => path.StartsWith("/tasks/17/presign/?fileuri=", StringComparison.Ordinal));
        Assert.All(server.Studio.Store.Heads, head => Assert.DoesNotContain("Authorization", head, StringComparison.Ordinal));
        Assert.NotEmpty(server.Studio.Store.Heads);
    }

    [Fact]
    public async Task Predict_PersonalToken_IsExchangedOnce()
    {
        await SetUpAsync("14", StudioTwin.Personal);

        await ClickAsync("14", "/data/local-files/?d=14/a.png");
        await ClickAsync("14", "/data/local-files/?d=14/b.png");

        Assert.Single(server.Studio.Paths, path => path == "/api/token/refresh/");
        Assert.All(
            server.Studio.Studio.Heads.Where(head => !head.StartsWith("POST /api/token/refresh/", StringComparison.Ordinal)),
            head => Assert.DoesNotContain(StudioTwin.Personal, head, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Predict_OwnAddress_IsFetchedWithTheToken()
    {
        await SetUpAsync("15", StudioTwin.Legacy);

        await ClickAsync("15", $"http://127.0.0.1:{server.Studio.Studio.Port}/data/15.png");
    }

    /// <summary>A set-up is no way to make this server send anything anywhere.</summary>
    [Fact]
    public async Task Setup_OtherHost_IsNotRemembered()
    {
        await using var stranger = new StudioTwin(LabelStudioServer.Picture);
        await SetUpAsync("16", StudioTwin.Legacy, $"http://127.0.0.1:{stranger.Studio.Port}");

        using var response = await server.PostAsync("/predict", AskFor("16", "/data/upload/16/a.png"), Token);

        Assert.Contains(
            "The picture is in Label Studio", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(0, stranger.Studio.Connections);
    }

    [Fact]
    public async Task Predict_WrongToken_SaysTheStatus()
    {
        await SetUpAsync("18", "wrong");

        using var response = await server.PostAsync("/predict", AskFor("18", "/data/local-files/?d=18/a.png"), Token);

        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains("401", text, StringComparison.Ordinal);
        Assert.Contains("FETCH_REFUSED", text, StringComparison.Ordinal);
    }

    private async Task SetUpAsync(string project, string token, string? address = null)
    {
        using var response = await server.PostAsync("/setup", new JsonObject
        {
            ["project"] = $"{project}.1700000000",
            ["schema"] = LabelStudioServer.Config(),
            ["hostname"] = address ?? $"http://127.0.0.1:{server.Studio.Studio.Port}",
            ["access_token"] = token,
        }, Token);
        Assert.True(response.IsSuccessStatusCode);
    }

    private async Task ClickAsync(string project, string image)
    {
        var answer = (await server.PredictAsync(AskFor(project, image), Token))[0];
        Assert.Equal(1, answer.GetProperty("result").GetArrayLength());
    }

    private static JsonObject AskFor(string project, string image)
    {
        var ask = LabelStudioServer.Ask(image, LabelStudioServer.Config(), LabelStudioServer.Click(50, 50));
        ask["project"] = $"{project}.1700000000";
        return ask;
    }
}

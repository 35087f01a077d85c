using Google.Rpc;
using Segmentation.Tests.Shared;
using RpcStatus = Google.Rpc.Status;

namespace Segmentation.Security.Tests;

/// <summary>
/// Things of one tenant, asked for by another: nothing crosses, and nothing tells that the things are there.
/// </summary>
public abstract class TenantTests(SecuredServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The same words for an image of another tenant and for one that nobody has.</summary>
    [Fact]
    public async Task Image_OfAnotherTenant_IsNotFoundByAnyCallInTheWordsForNone()
    {
        using var anna = new Holder(server, server.Keys.OfAnna);
        using var bert = new Holder(server, server.Keys.OfBert);
        var image = await anna.UploadAsync(Photograph.Copy());
        var none = $"sha256:{Guid.NewGuid():N}{Guid.NewGuid():N}";

        var theirs = await AskedAsync(bert, image.Id);
        var nobodys = await AskedAsync(bert, none);

        Assert.All(theirs, status => Assert.Equal("IMAGE_NOT_FOUND", status.GetDetail<ErrorInfo>()?.Reason));
        Assert.Equal(
            nobodys.Select(status => Words(status, none)), theirs.Select(status => Words(status, image.Id)));
        Assert.Equal(image.Id, (await anna.Images.GetImageAsync(new() { Id = image.Id }, cancellationToken: Cancel)).Id);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/embedding")]
    [InlineData("GET", "/mask?point=300,200")]
    [InlineData("POST", ":segment")]
    [InlineData("POST", ":segmentEverything")]
    public async Task Image_OfAnotherTenant_IsNotFoundByRestWithItsETag(string method, string after)
    {
        using var anna = new Holder(server, server.Keys.OfAnna);
        using var bert = new Holder(server, server.Keys.OfBert);
        var image = await anna.UploadAsync(Photograph.Copy());
        using var known = await anna.Http.GetAsync($"/v1/images/{image.Id}", Cancel);
        var tag = known.Headers.ETag!.ToString();

        foreach (var ifNoneMatch in new[] { null, tag, "*", $"W/{tag}" })
        {
            using var request = new HttpRequestMessage(new(method), $"/v1/images/{image.Id}{after}");
            request.Content = method == "POST"
                ? new StringContent("""{"prompts": [{"points": [{"x": 1, "y": 1}]}]}""", null, "application/json")
                : null;
            if (after == ":segmentEverything")
            {
                request.Content = new StringContent("{}", null, "application/json");
            }

            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
            using var answer = await bert.Http.SendAsync(request, Cancel);

            var body = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.Equal("IMAGE_NOT_FOUND", EndpointAnswer.OfRest((int)answer.StatusCode, null, body).Reason);
            Assert.Null(answer.Headers.ETag);
        }

        using var still = await anna.Http.GetAsync($"/v1/images/{image.Id}", Cancel);
        Assert.Equal(200, (int)still.StatusCode);
    }

    [Fact]
    public async Task Mask_OfAnotherTenantOnTheSamePicture_IsNotFound()
    {
        using var anna = new Holder(server, server.Keys.OfAnna);
        using var bert = new Holder(server, server.Keys.OfBert);
        var file = Photograph.Copy();
        var image = await anna.UploadAsync(file);
        await bert.UploadAsync(file);
        var mask = await anna.ClickAsync(image.Id);
        await bert.ClickAsync(image.Id);

        var status = await Holder.FailsAsync(
            () => bert.Segmentation.SegmentAsync(Holder.Click(image.Id, mask), cancellationToken: Cancel).ResponseAsync);
        var inSession = await bert.SessionAsync(new() { ImageId = image.Id }, Holder.Click(image.Id, mask).Prompts[0]);
        var owner = await anna.Segmentation.SegmentAsync(Holder.Click(image.Id, mask), cancellationToken: Cancel);

        Assert.Equal("MASK_NOT_FOUND", status.GetDetail<ErrorInfo>()?.Reason);
        Assert.Equal("MASK_NOT_FOUND", inSession?.GetDetail<ErrorInfo>()?.Reason);
        Assert.NotEmpty(owner.Results[0].Masks);
    }

    /// <summary>Deleting is done when there is nothing: that is all that the answer says.</summary>
    [Fact]
    public async Task Delete_OfAnotherTenantsImage_AnswersAsForNoneAndLeavesIt()
    {
        using var anna = new Holder(server, server.Keys.OfAnna);
        using var bert = new Holder(server, server.Keys.OfBert);
        var image = await anna.UploadAsync(Photograph.Copy());

        await bert.Images.DeleteImageAsync(new() { Id = image.Id }, cancellationToken: Cancel);
        using var theirs = await bert.Http.DeleteAsync($"/v1/images/{image.Id}", Cancel);
        using var nobodys = await bert.Http.DeleteAsync($"/v1/images/sha256:{new string('0', 64)}", Cancel);
        using var still = await anna.Http.GetAsync($"/v1/images/{image.Id}", Cancel);

        Assert.Equal(nobodys.StatusCode, theirs.StatusCode);
        Assert.Equal($"{nobodys.Headers}".Split("Date:")[0], $"{theirs.Headers}".Split("Date:")[0]);
        Assert.Equal(200, (int)still.StatusCode);
    }

    [Fact]
    public async Task Delete_OfThePictureOfTwoTenants_TakesOnlyTheCallersAway()
    {
        using var anna = new Holder(server, server.Keys.OfAnna);
        using var bert = new Holder(server, server.Keys.OfBert);
        var file = Photograph.Copy();
        var image = await anna.UploadAsync(file);
        await bert.UploadAsync(file);
        var mask = await anna.ClickAsync(image.Id);
        await bert.ClickAsync(image.Id);

        await bert.Images.DeleteImageAsync(new() { Id = image.Id }, cancellationToken: Cancel);
        var gone = await Holder.FailsAsync(
            () => bert.Images.GetImageAsync(new() { Id = image.Id }, cancellationToken: Cancel).ResponseAsync);
        var owner = await anna.Segmentation.SegmentAsync(Holder.Click(image.Id, mask), cancellationToken: Cancel);

        Assert.Equal("IMAGE_NOT_FOUND", gone.GetDetail<ErrorInfo>()?.Reason);
        Assert.NotEmpty(owner.Results[0].Masks);
    }

    /// <summary>
    /// An embedding that another tenant made is not shared: its speed would tell who has which picture.
    /// </summary>
    [Fact]
    public async Task Upload_OfAPictureThatAnotherTenantHas_IsEncodedAgain()
    {
        using var anna = new Holder(server, server.Keys.OfAnna);
        using var bert = new Holder(server, server.Keys.OfBert);
        var file = Photograph.Copy();
        await anna.UploadAsync(file);

        var known = await anna.UploadAsync(file);
        var others = await bert.UploadAsync(file);

        Assert.True((known.EncodeDuration?.ToTimeSpan() ?? TimeSpan.Zero) == TimeSpan.Zero, $"{known.EncodeDuration}");
        Assert.True(others.EncodeDuration?.ToTimeSpan() > TimeSpan.Zero, $"{others.EncodeDuration}");
    }

    [Fact]
    public async Task Everything_OfTwoTenantsInOnePictureAtOnce_IsTwoSearches()
    {
        using var anna = new Holder(server, server.Keys.OfAnna);
        using var bert = new Holder(server, server.Keys.OfBert);
        var file = Photograph.Copy();
        var image = await anna.UploadAsync(file);
        await bert.UploadAsync(file);
        var joined = await CountAsync("segmentation_everything_joined_total", "");
        var points = await CountAsync("segmentation_everything_points_total", "");

        var found = await Task.WhenAll(anna.EverythingAsync(image.Id), bert.EverythingAsync(image.Id));

        Assert.Equal(found[0], found[1]);
        Assert.Equal(joined, await CountAsync("segmentation_everything_joined_total", ""));
        Assert.Equal(points + (2 * 64), await CountAsync("segmentation_everything_points_total", ""));
    }

    [Fact]
    public async Task Metrics_AfterWorkOfTwoTenants_NameNoTenantNoKeyAndNoImage()
    {
        using var anna = new Holder(server, server.Keys.OfAnna);
        var image = await anna.UploadAsync(Photograph.Copy());
        await anna.ClickAsync(image.Id);

        var page = await server.MetricsAsync(Cancel);

        Assert.Contains("segmentation_gateway_requests_total", page, StringComparison.Ordinal);
        Assert.DoesNotContain(image.Id["sha256:".Length..], page, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"{TenantKeys.Anna}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("127.1.", page, StringComparison.Ordinal);
        Assert.All(server.Keys.Secrets, secret => Assert.DoesNotContain(secret, page, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Everything that a status says, without the id.</summary>
    private static string Words(RpcStatus status, string id) => string.Join(
        '\n',
        [
            $"{status.Code} {status.Message}",
            .. status.UnpackDetailMessages().Select(detail => $"{detail.Descriptor.Name} {detail}"),
        ]).Replace(id, "ID", StringComparison.Ordinal);

    private static async Task<IReadOnlyList<RpcStatus>> AskedAsync(Holder holder, string id)
    {
        var prompt = Holder.Click(id).Prompts[0];
        return
        [
            await Holder.FailsAsync(() => holder.Images.GetImageAsync(new() { Id = id }, cancellationToken: Cancel).ResponseAsync),
            await Holder.FailsAsync(
                () => holder.Images.GetEmbeddingAsync(new() { Id = id }, cancellationToken: Cancel).ResponseAsync),
            await Holder.FailsAsync(
                () => holder.Segmentation.SegmentAsync(Holder.Click(id), cancellationToken: Cancel).ResponseAsync),
            await Holder.FailsAsync(() => holder.EverythingAsync(id)),
            await holder.SessionAsync(new() { ImageId = id }, prompt) ?? throw new InvalidOperationException("No error."),
        ];
    }

    /// <summary>The sum of a counter over all programs and labels that have a text.</summary>
    private async Task<double> CountAsync(string name, string label) => (await server.MetricsAsync(Cancel)).Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
}

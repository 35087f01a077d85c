using System.Globalization;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Choosing;

/// <summary>A new version beside the old one.</summary>
public sealed class RollOutTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Share_AQuarter_DecidesByTheImageAlone()
    {
        await using var host = await StartAsync(("RollOuts:photo:Share", "0.25"));
        var taken = new List<(double Place, string Model)>();
        for (byte i = 0; i < 40; i++)
        {
            var image = await host.UploadAsync([i, 1, 2], "photo");
            taken.Add((PlaceOf(image.Id), image.Model));
        }

        Assert.Equal(taken.Select(one => one.Place < 0.25 ? "second" : "first"), taken.Select(one => one.Model));
        Assert.Equal(["first", "second"], taken.Select(one => one.Model).Distinct().Order());
    }

    [Fact]
    public async Task Tenant_OfTheCandidate_GetsItWhateverTheShare()
    {
        await using var host = await StartAsync(("RollOuts:photo:Tenants", "acme, other"));

        var own = await host.UploadAsync(Requests.File, "photo", "acme");
        var zebra = await host.UploadAsync(Requests.File, "photo", "zebra");
        var models = await host.Host.Models.ListModelsAsync(new(), Requests.As("acme"), cancellationToken: Cancel);

        Assert.Equal(("second", "first"), (own.Model, zebra.Model));
        var part = Assert.Single(models.Models.Single(model => model.Id == "second").RollOuts);
        Assert.Equal(("photo", RollOutRole.Candidate, true), (part.Name, part.Role, part.IsForTenant));
    }

    [Fact]
    public async Task Default_ThatIsARollOut_RoutesRequestsWithoutAModel()
    {
        await using var host = await StartAsync(("Default", "photo"), ("RollOuts:photo:Share", "1"));

        var image = await host.UploadAsync(Requests.File);
        var named = await host.UploadAsync(Requests.File, "first");
        var answer = await host.SegmentAsync(ModelHost.Click());

        Assert.Equal(("second", "first", "second"), (image.Model, named.Model, answer.Image.Model));
    }

    /// <summary>An image that the old model encoded is answered by the old one until it is uploaded again.</summary>
    [Fact]
    public async Task Segment_ImageOfTheOtherVersion_IsAnsweredByIt()
    {
        await using var host = await StartAsync(("RollOuts:photo:Share", "1"));
        await host.UploadAsync(Requests.File, "first");

        var before = await host.SegmentAsync(ModelHost.Click("photo"));
        var found = await host.Host.Images.GetImageAsync(
            new() { Id = Requests.IdOf(Requests.File), Model = "photo" }, cancellationToken: Cancel);
        var again = await host.UploadAsync(Requests.File, "photo");
        var after = await host.SegmentAsync(ModelHost.Click("photo"));

        Assert.Equal(
            ("first", "first", "second", "second"),
            (before.Image.Model, found.Model, again.Model, after.Image.Model));
    }

    [Fact]
    public async Task Candidate_Removed_LeavesTheStableOneAlone()
    {
        await using var host = await ModelHost.StartAsync(("RollOuts:photo:Stable", "first"));

        var image = await host.UploadAsync(Requests.File, "photo");

        Assert.Equal("first", image.Model);
    }

    /// <summary>Place of an image between 0 and 1, by the first 32 bits of its hash.</summary>
    private static double PlaceOf(string id) => uint.Parse(
        id.AsSpan("sha256:".Length, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) / (double)(1L << 32);

    private static Task<ModelHost> StartAsync(params (string Key, string Value)[] options) => ModelHost.StartAsync(
        [("RollOuts:photo:Stable", "first"), ("RollOuts:photo:Candidate", "second"), .. options]);
}

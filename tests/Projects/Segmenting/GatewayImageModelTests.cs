using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Projects.Segmenting;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Tests.Segmenting;

public sealed class GatewayImageModelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EmbedAsync_TwoTenants_EachIsNamedWithTheKey()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var model = new GatewayImageModel(
            () => new GatewayConnection(gateway.Address, _ => ValueTask.FromResult("the-key")));

        await model.EmbedAsync("acme", new byte[] { 1, 2 }, "sam", Token);
        await model.EmbedAsync("other", new byte[] { 3 }, "", Token);

        Assert.True(model.IsAvailable);
        Assert.Equal(["acme", "other"], gateway.Uploads.Select(upload => upload.Tenant));
        Assert.Equal(["Bearer the-key", "Bearer the-key"], gateway.Uploads.Select(upload => upload.Authorization));
        Assert.Equal(["sam", ""], gateway.Uploads.Select(upload => upload.Model));
        Assert.Equal(new byte[] { 1, 2 }, gateway.Uploads.First().File);
    }

    [Fact]
    public async Task EverythingAsync_Picture_IsSearchedForTheTenant()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var model = new GatewayImageModel(() => new GatewayConnection(gateway.Address));

        var answers = await model.EverythingAsync("acme", new byte[] { 7 }, new EverythingOptions(), "sam", Token)
            .ToListAsync(Token);

        Assert.Single(answers);
        var upload = Assert.Single(gateway.Uploads);
        Assert.Equal(("acme", (string?)null, "sam"), (upload.Tenant, upload.Authorization, upload.Model));
    }

    [Fact]
    public async Task AddSegmenting_KeyFileChanges_NextCallHasTheNewKey()
    {
        await using var gateway = await TestGateway.StartAsync();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "first\n", Token);
            await using var services = Services(
                ("Address", gateway.Address.ToString()), ("KeyFile", file)).BuildServiceProvider();
            var model = services.GetRequiredService<IImageModel>();

            await model.EmbedAsync("acme", new byte[] { 1 }, "", Token);
            await File.WriteAllTextAsync(file, "second\n", Token);
            await model.EmbedAsync("acme", new byte[] { 1 }, "", Token);

            Assert.Equal(["Bearer first", "Bearer second"], gateway.Uploads.Select(upload => upload.Authorization));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task UseGateway_HostHasOne_TakesPlaceOfTheOptions()
    {
        await using var gateway = await TestGateway.StartAsync();
        await using var services = Services(("Address", "http://nowhere.invalid"))
            .UseGateway(_ => new GatewayConnection(gateway.Address))
            .BuildServiceProvider();

        await services.GetRequiredService<IImageModel>().EmbedAsync("acme", new byte[] { 1 }, "", Token);

        Assert.Single(gateway.Uploads);
    }

    [Fact]
    public async Task EmbedAsync_NoGateway_SaysWhichOptionIsMissing()
    {
        await using var services = Services().BuildServiceProvider();
        var model = services.GetRequiredService<IImageModel>();

        var error = await Assert.ThrowsAsync<RpcException>(() => model.EmbedAsync("acme", new byte[] { 1 }, "", Token));

        Assert.False(model.IsAvailable);
        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
        Assert.Contains("Segmentation:Projects:Gateway:Address", error.Status.Detail, StringComparison.Ordinal);
    }

    private static ServiceCollection Services(params (string Key, string Value)[] options)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(options.Select(option =>
                KeyValuePair.Create<string, string?>($"Segmentation:Projects:Gateway:{option.Key}", option.Value)))
            .Build());
        services.AddSegmenting();
        return services;
    }
}

using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Systems;

namespace Segmentation.LoadTests.Tests;

/// <summary>Clicks on a real server whose caches hold fewer pictures than are clicked on.</summary>
public sealed class ClickerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Click_CachesHoldOnePictureOfTwo_SendsPicturesAgain(bool isStream)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var system = await SpawnedSystem.StartAsync(
            SpawnedSystem.Standalone,
            cancel,
            options: ["Embeddings:CapacityBytes=3000000", "Decoder:HotImageBytes=40000000"]);
        await using var clicker = await Clicker.StartAsync(system, new Pictures(2, 0), isStream, cancel);

        for (var n = 0; n < 8; n++)
        {
            await clicker.ClickAsync(n, cancel);
        }

        Assert.InRange(clicker.Restoring.Clicks, 1, 8);
        Assert.Equal(clicker.Restoring.Clicks, clicker.Restoring.Uploads.Count);
    }
}

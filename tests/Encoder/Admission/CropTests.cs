using Microsoft.Extensions.Time.Testing;
using Segmentation.Embeddings;
using Segmentation.Encoder.Queue;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Tests.Admission;

/// <summary>Crops of one image.</summary>
public sealed class CropTests
{
    private static readonly ReadCost _small = new("image/png", 1, TimeSpan.FromMilliseconds(2), 1, 1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EncodeCrop_ManyOfOneImage_AreCutFromOneRead()
    {
        await using var tier = await EncoderFixture.StartAsync(("PrepareWorkers", "4"), ("Workers", "4"));
        var crops = Enumerable.Range(0, 8).Select(x => Crop(tier, 1, x)).ToArray();
        tier.Pipeline.Let(100);

        Assert.All(await Task.WhenAll(crops), reply => Assert.Equal(EncodeStatus.Encoded, reply.Status));
        await Crop(tier, 1, 8);

        Assert.Single(tier.Pipeline.Files);
        Assert.Equal(Enumerable.Range(0, 9), tier.Pipeline.Crops.Select(crop => crop.X).Order());
    }

    [Fact]
    public async Task EncodeCrop_WhileItsPictureIsRead_TakesNoReader()
    {
        await using var tier = await EncoderFixture.StartAsync(("PrepareWorkers", "2"), ("Workers", "4"));
        Task<EncodeReply>[] crops = [Crop(tier, 1, 0), Crop(tier, 1, 1), Crop(tier, 1, 2)];
        await tier.Pipeline.NextAsync();

        var upload = tier.Encode(2, cancellationToken: Cancel);

        Assert.Equal(2, (await tier.Pipeline.NextAsync())[1]);
        tier.Pipeline.Let(2);
        await Task.WhenAll([upload, .. crops]);
    }

    [Fact]
    public async Task EncodeCrop_AfterAShortTime_IsReadAnew()
    {
        var time = new FakeTimeProvider();
        await using var tier = await EncoderFixture.StartAsync(time);
        tier.Pipeline.Let(2);
        await Crop(tier, 1, 0);
        time.Advance(HeldPictures.IdleTime / 2);
        await Crop(tier, 1, 1);
        time.Advance(HeldPictures.IdleTime / 2);
        await Crop(tier, 1, 2);
        Assert.Single(tier.Pipeline.Files);

        time.Advance(HeldPictures.IdleTime);
        await Crop(tier, 1, 3);

        Assert.Equal(2, tier.Pipeline.Files.Count);
    }

    [Fact]
    public async Task EncodeCrop_AnotherReadNeedsTheMemory_ThePictureIsGivenUp()
    {
        await using var tier = await EncoderFixture.StartAsync(("MaxReadBytes", "1048576"));
        tier.Pipeline.Let(3);
        await Crop(tier, 1, 0);

        await tier.EncodeOf("other", 2, _small with { Bytes = 1048576 });
        await Crop(tier, 1, 1);

        Assert.Equal([1, 2, 1], tier.Pipeline.Files.Select(file => (int)file[1]));
    }

    [Fact]
    public async Task EncodeCrop_OfADamagedFile_FailsForEach()
    {
        await using var tier = await EncoderFixture.StartAsync();
        tier.Pipeline.Let(2);

        var replies = await Task.WhenAll(
            Crop(tier, 1, 0, FakePipeline.Damaged), Crop(tier, 1, 1, FakePipeline.Damaged));

        Assert.All(replies, reply => Assert.Equal(EncodeStatus.InvalidImage, reply.Status));
    }

    [Fact]
    public async Task EncodeCrop_OfALargeFile_LetsUploadsPassBetweenItsRows()
    {
        await using var tier = await EncoderFixture.StartAsync();
        var uploads = new List<Task<EncodeReply>>();
        tier.Pipeline.Reading = (file, betweenRows) =>
        {
            if (file[1] == 1)
            {
                uploads.Add(tier.Encode(2, cancellationToken: Cancel));
                SpinWait.SpinUntil(() => tier.Queue.Length == 1);
                betweenRows!();
                Assert.Equal(0, tier.Queue.Length);
            }
        };
        tier.Pipeline.Let(2);

        await Crop(tier, 1, 0);
        await Task.WhenAll(uploads);

        Assert.Equal([1, 2], tier.Pipeline.Files.Select(file => (int)file[1]));
        Assert.Equal([2, 1], tier.Pipeline.Runs.SelectMany(run => run).Select(number => (int)number));
    }

    private static Task<EncodeReply> Crop(EncoderFixture tier, int key, int x, byte kind = FakePipeline.Good) =>
        tier.Encoder.EncodeCropAsync(
            EncoderFixture.Key(key), new ImageCrop(x, 0, 1, 1), EncoderFixture.File(kind, (byte)key), Cancel);
}

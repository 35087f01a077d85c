using System.Runtime.InteropServices;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Tests.Fakes;
using Segmentation.Embeddings;
using Segmentation.Grains;
using Segmentation.Masks;

namespace Segmentation.Decoder.Tests.Decoding;

public sealed class ImageDecoderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DecodeAsync_Prompts_AreAnsweredInOrder()
    {
        await using var silo = new TestSilo(isHeld: false);
        var key = silo.Store.Add(1, width: 60);

        var reply = await silo.Decoder.DecodeAsync(key, new() { Prompts = [Click(5), Box(), Click(7)] }, Cancel);

        Assert.Equal(DecodeStatus.Ok, reply.Status);
        Assert.Equal([3, 1, 3], reply.Results.Select(masks => masks.Length));
        Assert.Equal([7, 6, 8], reply.Results[0].Select(mask => mask.Area));
        Assert.Equal(9, reply.Results[2][0].Area);
        var mask = reply.Results[1][0];
        Assert.Equal((10, 60), (mask.Height, mask.Width));
        Assert.Equal((1, 2, 3, 4), (mask.BoxX, mask.BoxY, mask.BoxWidth, mask.BoxHeight));
        Assert.Equal((0.9f, 0.8f), (mask.PredictedIou, mask.StabilityScore));
        Assert.NotEmpty(mask.Counts);
        Assert.Null(mask.Png);
        Assert.Null(mask.Polygons);
        Assert.Null(mask.Logits);
        Assert.Equal(7, reply.Results.SelectMany(masks => masks).Select(m => m.Id).Distinct().Count());
    }

    [Fact]
    public async Task DecodeAsync_FormsAskedFor_AreMade()
    {
        await using var silo = new TestSilo(isHeld: false);
        var forms = MaskForms.Png | MaskForms.Polygons | MaskForms.Logits;
        var request = new DecodeRequest { Prompts = [Click(5)], MaskCount = MaskCount.One, Forms = forms };

        var mask = (await silo.Decoder.DecodeAsync(silo.Store.Add(1), request, Cancel)).Results[0][0];

        Assert.Equal([1, 2, 3], mask.Png!);
        Assert.Equal([0, 0, 1, 1], mask.Polygons![0].Coordinates);
        Assert.True(mask.Polygons[0].IsHole);
        Assert.Equal(256 * 256 * 4, mask.Logits!.Length);
        Assert.Equal(5, MemoryMarshal.Cast<byte, float>(mask.Logits)[0]);
        Assert.Equal(0, silo.Logits.SizeBytes);
    }

    [Fact]
    public async Task DecodeAsync_MaskOfARefinableAnswer_IsItsLogits()
    {
        await using var silo = new TestSilo(isHeld: false);
        var key = silo.Store.Add(1);
        var first = await silo.Decoder.DecodeAsync(key, new() { Prompts = [Click(100)], Refinable = true }, Cancel);
        Assert.All(first.Results[0], mask => Assert.Null(mask.Logits));

        // The fake adds the mask's logits (100 + token) to the point's x.
        foreach (var (mask, token) in first.Results[0].Zip([2, 1, 3]))
        {
            var prompt = Click(5) with { MaskId = mask.Id };
            var second = await silo.Decoder.DecodeAsync(key, new() { Prompts = [prompt] }, Cancel);
            Assert.Equal(105 + token, Assert.Single(second.Results[0]).Area);
        }
    }

    [Fact]
    public async Task DecodeAsync_ALongRefinement_SendsAndHoldsNoMoreThanAShortOne()
    {
        const long One = 256 * 256 * sizeof(float);
        await using var silo = new TestSilo(new DecoderOptions { Workers = 1, MaskLogitBytes = One }, isHeld: false);
        var key = silo.Store.Add(1);
        string? id = null;
        for (var step = 1; step <= 20; step++)
        {
            // Every step adds its point's x to the logits of the step before.
            var prompt = Click(3) with { MaskId = id };
            var request = new DecodeRequest { Prompts = [prompt], MaskCount = MaskCount.One, Refinable = true };
            var reply = await silo.Decoder.DecodeAsync(key, request, Cancel);
            Assert.Equal(3 * step, reply.Results[0][0].Area);
            Assert.Equal(One, silo.Logits.SizeBytes);
            id = reply.Results[0][0].Id;
            Assert.Equal(22, id.Length);
        }
    }

    [Fact]
    public async Task DecodeAsync_LogitsOfThePrompt_AreUsed()
    {
        await using var silo = new TestSilo(isHeld: false);
        var logits = new float[256 * 256];
        logits[0] = 50;
        var prompt = new PromptData { MaskLogits = MemoryMarshal.AsBytes(logits.AsSpan()).ToArray() };

        var reply = await silo.Decoder.DecodeAsync(silo.Store.Add(1), new() { Prompts = [prompt] }, Cancel);

        Assert.Equal(50, Assert.Single(reply.Results[0]).Area);
    }

    [Fact]
    public async Task DecodeAsync_MaskNotHeld_NamesItAndDecodesNothing()
    {
        await using var silo = new TestSilo(isHeld: false);
        var request = new DecodeRequest { Prompts = [Click(1), Click(5) with { MaskId = "unknown" }] };

        var reply = await silo.Decoder.DecodeAsync(silo.Store.Add(1), request, Cancel);

        Assert.Equal(DecodeStatus.MaskNotFound, reply.Status);
        Assert.Equal("unknown", reply.MissingMaskId);
        Assert.Empty(silo.Engine.Runs);
    }

    [Fact]
    public async Task DecodeAsync_MaskOfAnotherImage_IsNotFound()
    {
        await using var silo = new TestSilo(isHeld: false);
        var first = await silo.Decoder.DecodeAsync(
            silo.Store.Add(1), new() { Prompts = [Click(1)], Refinable = true }, Cancel);
        var prompt = Click(5) with { MaskId = first.Results[0][0].Id };

        var reply = await silo.Decoder.DecodeAsync(silo.Store.Add(2), new() { Prompts = [prompt] }, Cancel);

        Assert.Equal(DecodeStatus.MaskNotFound, reply.Status);
    }

    [Fact]
    public async Task DecodeAsync_NextImage_SeesNothingOfTheLast()
    {
        await using var silo = new TestSilo(isHeld: false);
        var request = new DecodeRequest { Prompts = [Click(5)], Refinable = true };
        var first = silo.Store.Add(1, width: 60);
        var second = silo.Store.Add(2, width: 30);

        var before = await silo.Decoder.DecodeAsync(first, request, Cancel);
        var other = await silo.Decoder.DecodeAsync(second, request, Cancel);
        var after = await silo.Decoder.DecodeAsync(first, request, Cancel);

        Assert.Equal((60, 30), (before.Results[0][0].Width, other.Results[0][0].Width));
        Assert.Equal(before.Results[0].Select(m => (m.Id, m.Counts)), after.Results[0].Select(m => (m.Id, m.Counts)));
        Assert.Empty(before.Results[0].Select(m => m.Id).Intersect(other.Results[0].Select(m => m.Id)));
    }

    [Fact]
    public async Task DecodeAsync_ImageGivenUpWhileItIsDecoded_IsAnswered()
    {
        await using var silo = new TestSilo();
        var key = silo.Store.Add(1);
        var call = silo.Decoder.DecodeAsync(key, new() { Prompts = [Click(5)] }, Cancel);
        await silo.Engine.NextAsync();
        silo.Engine.Let(1);
        await silo.Engine.NextAsync();
        silo.Decoder.Forget(key);
        silo.Engine.Let(1);

        Assert.Equal(DecodeStatus.Ok, (await call).Status);
        Assert.Equal(0, silo.Images.SizeBytes);
    }

    [Fact]
    public async Task DecodeAsync_NotInTheStore_IsNotFound()
    {
        await using var silo = new TestSilo(isHeld: false);
        var reply = await silo.Decoder.DecodeAsync(FakeStore.Key(1), new() { Prompts = [Click(5)] }, Cancel);
        Assert.Equal(DecodeStatus.ImageNotFound, reply.Status);
    }

    [Fact]
    public async Task DecodeAsync_KeyOfAnotherModel_IsNotFoundWithoutARead()
    {
        await using var silo = new TestSilo(isHeld: false);
        var other = TestSilo.Model with { Digest = new string('b', 64) };
        var key = EmbeddingKey.Create("default", other, new string('0', 64));
        var reply = await silo.Decoder.DecodeAsync(key, new() { Prompts = [Click(5)] }, Cancel);
        Assert.Equal(DecodeStatus.ImageNotFound, reply.Status);
        Assert.Equal(0, silo.Store.Reads);
    }

    [Fact]
    public async Task Forget_AnImage_ForgetsItsMasks()
    {
        await using var silo = new TestSilo(isHeld: false);
        var key = silo.Store.Add(1);
        var first = await silo.Decoder.DecodeAsync(key, new() { Prompts = [Click(1)], Refinable = true }, Cancel);
        silo.Decoder.Forget(key);

        var prompt = Click(5) with { MaskId = first.Results[0][0].Id };
        var reply = await silo.Decoder.DecodeAsync(key, new() { Prompts = [prompt] }, Cancel);

        Assert.Equal(DecodeStatus.MaskNotFound, reply.Status);
        Assert.Equal(0, silo.Logits.SizeBytes);
    }

    private static PromptData Click(float x) => new() { Points = [new(x, 3, true)] };

    private static PromptData Box() => new() { Box = new(1, 2, 3, 4) };
}

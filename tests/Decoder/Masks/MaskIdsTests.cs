using CsCheck;
using Segmentation.Decoder.Masks;
using Segmentation.Decoder.Tests.Fakes;
using Segmentation.Grains;

namespace Segmentation.Decoder.Tests.Masks;

public sealed class MaskIdsTests
{
    private static readonly PromptData _click = new() { Points = [new(10, 20, true)] };

    [Fact]
    public void Of_KnownPrompt_IsTheSameInEveryProcess() =>
        Assert.Equal("33eumK7uSMZUwnE57LvyMg", new MaskIds(FakeStore.Key(1), _click).Of(0));

    [Fact]
    public void Of_SameParts_IsTheSame() => Gen.Select(Gen.Single, Gen.Single, Gen.Bool, Gen.Int[0, 3]).Sample(
        (x, y, isForeground, token) =>
        {
            PromptData Prompt() => new() { Points = [new(x, y, isForeground)], MaskId = "parent" };
            Assert.Equal(
                new MaskIds(FakeStore.Key(1), Prompt()).Of(token), new MaskIds(FakeStore.Key(1), Prompt()).Of(token));
        });

    [Fact]
    public void Of_AnyPartDifferent_IsDifferent()
    {
        var key = FakeStore.Key(1);
        var logits = new byte[256 * 256 * 4];
        var otherLogits = logits.ToArray();
        otherLogits[^1] = 1;
        string[] ids =
        [
            .. Enumerable.Range(0, 4).Select(new MaskIds(key, _click).Of),
            new MaskIds(FakeStore.Key(2), _click).Of(0),
            new MaskIds(FakeStore.Key(1, "other-tenant"), _click).Of(0),
            new MaskIds(key, new PromptData { Points = [new(20, 10, true)] }).Of(0),
            new MaskIds(key, new PromptData { Points = [new(10, 20, false)] }).Of(0),
            new MaskIds(key, new PromptData { Points = [new(10, 20, true), new(10, 20, true)] }).Of(0),
            new MaskIds(key, new PromptData { Box = new(10, 20, 30, 40) }).Of(0),
            new MaskIds(key, _click with { Box = new(10, 20, 30, 40) }).Of(0),
            new MaskIds(key, _click with { MaskId = "a" }).Of(0),
            new MaskIds(key, _click with { MaskId = "b" }).Of(0),
            new MaskIds(key, _click with { MaskLogits = logits }).Of(0),
            new MaskIds(key, _click with { MaskLogits = otherLogits }).Of(0),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal(22, id.Length));
    }
}

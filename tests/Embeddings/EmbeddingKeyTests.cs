namespace Segmentation.Embeddings.Tests;

public sealed class EmbeddingKeyTests
{
    private static readonly string _digest = new('a', 64);
    private static readonly string _image = new('0', 64);

    [Fact]
    public void Parse_WhatToStringWrote_IsTheSameKey()
    {
        var key = EmbeddingKey.Create("tenant-1", new ModelIdentity("any", _digest, "longest-side-1024"), _image);
        Assert.Equal(key, EmbeddingKey.Parse(key.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tenant")]
    [InlineData("t/{d}/v1")]
    [InlineData("t/{d}/v1/{i}/more")]
    [InlineData("T/{d}/v1/{i}")]
    [InlineData("/{d}/v1/{i}")]
    [InlineData("t/{d}0/v1/{i}")]
    [InlineData("t/{d}/v1/{i}\n")]
    [InlineData("t/{d}/v_1/{i}")]
    [InlineData("t/{D}/v1/{i}")]
    public void Parse_AnotherForm_IsRefused(string form)
    {
        var text = form.Replace("{d}", _digest).Replace("{i}", _image).Replace("{D}", _digest.ToUpperInvariant());
        Assert.Throws<FormatException>(() => EmbeddingKey.Parse(text));
    }

    [Fact]
    public void Create_PartsThatWouldShiftIntoEachOther_AreRefused() =>
        Assert.Throws<ArgumentException>(
            () => EmbeddingKey.Create($"a/{_digest}", new ModelIdentity("any", _digest, "v1"), _image));

    [Fact]
    public void Equals_EveryPart_Counts()
    {
        var model = new ModelIdentity("any", _digest, "v1");
        EmbeddingKey[] keys =
        [
            EmbeddingKey.Create("a", model, _image),
            EmbeddingKey.Create("b", model, _image),
            EmbeddingKey.Create("a", model with { Digest = new string('b', 64) }, _image),
            EmbeddingKey.Create("a", model with { Preprocessing = "v2" }, _image),
            EmbeddingKey.Create("a", model, new string('1', 64)),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys.Length, keys.Select(k => k.ToString()).Distinct().Count());
    }
}

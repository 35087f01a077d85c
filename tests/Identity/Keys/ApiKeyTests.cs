using Segmentation.Identity.Keys;

namespace Segmentation.Identity.Tests.Keys;

public sealed class ApiKeyTests
{
    [Fact]
    public void Create_Always_IsReadAgain()
    {
        var key = ApiKey.Create();

        Assert.Equal(ApiKey.Length, key.Text.Length);
        Assert.Equal(ApiKeyForm.Key, ApiKey.Read(key.Text, out var read));
        Assert.Equal(key.Text, read!.Text);
        Assert.Equal(key.Id, key.Text[4..12]);
        Assert.Equal(32, key.Hash().Length);
    }

    [Fact]
    public void Create_Twice_GivesTwoKeys()
    {
        var (one, other) = (ApiKey.Create(), ApiKey.Create());

        Assert.NotEqual(one.Id, other.Id);
        Assert.NotEqual(one.Text[12..], other.Text[12..]);
    }

    [Fact]
    public void ToString_Always_HoldsNoSecret()
    {
        var key = ApiKey.Create();

        Assert.Equal($"seg_{key.Id}", $"{key}");
    }

    [Fact]
    public void Read_OneCharacterChanged_IsMistyped()
    {
        var text = ApiKey.Create().Text;

        for (var i = ApiKey.Prefix.Length; i < text.Length; i++)
        {
            var other = text[i] == 'x' ? 'y' : 'x';
            var changed = string.Concat(text.AsSpan(0, i), [other], text.AsSpan(i + 1));
            Assert.Equal(ApiKeyForm.Mistyped, ApiKey.Read(changed, out var key));
            Assert.Null(key);
        }
    }

    [Theory]
    [InlineData(-1, ApiKeyForm.Mistyped)]
    [InlineData(-58, ApiKeyForm.Mistyped)]
    [InlineData(1, ApiKeyForm.Mistyped)]
    public void Read_CutOrLonger_IsMistyped(int more, ApiKeyForm expected)
    {
        var text = ApiKey.Create().Text;

        Assert.Equal(expected, ApiKey.Read(more < 0 ? text[..(text.Length + more)] : text + '1', out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sk-1234")]
    [InlineData("SEG_12345678_")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.e30.x")]
    public void Read_SomethingElse_IsNoKey(string? text) =>
        Assert.Equal(ApiKeyForm.None, ApiKey.Read(text, out _));
}

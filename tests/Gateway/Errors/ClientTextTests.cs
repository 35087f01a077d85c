using Segmentation.Gateway.Errors;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Tests.Errors;

public sealed class ClientTextTests
{
    private const string Face = "\U0001F600";

    /// <summary>Writes only valid Unicode.</summary>
    private static readonly System.Text.UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    [Theory]
    [InlineData("", "empty")]
    [InlineData("photo", "'photo'")]
    [InlineData("a\r\nb", "'a\uFFFD\uFFFDb'")]
    [InlineData(Face, "'" + Face + "'")]
    public void Quote_Text_IsRepeatedAsFarAsItCanBeShown(string text, string expected) =>
        Assert.Equal(expected, ClientText.Quote(text));

    [Fact]
    public void Quote_HalfAPair_IsReplaced()
    {
        Assert.Equal("'\uFFFD'", ClientText.Quote($"{Face[0]}"));
        Assert.Equal("'\uFFFDx'", ClientText.Quote($"{Face[1]}x"));
    }

    [Theory]
    [InlineData(70)]
    [InlineData(76)]
    [InlineData(77)]
    [InlineData(78)]
    public void Quote_LongTextOfPairs_CutsNone(int before)
    {
        var text = new string('a', before) + string.Concat(Enumerable.Repeat(Face, 30));

        var quoted = ClientText.Quote(text);

        Assert.NotEmpty(_strict.GetBytes(quoted));
        Assert.DoesNotContain('\uFFFD', quoted);
        Assert.EndsWith($"({text.Length} characters)", quoted, StringComparison.Ordinal);
        Assert.InRange(quoted.Length, 1, 120);
    }

    [Theory]
    [InlineData(119)]
    [InlineData(120)]
    [InlineData(121)]
    [InlineData(122)]
    [InlineData(123)]
    public void Fit_TextOfPairs_IsTheLongestBeginningOfWholeCharacters(int before)
    {
        var text = new string('a', before) + Face + Face;

        var fitting = ClientText.Fit(text, 123);

        Assert.StartsWith(fitting, text, StringComparison.Ordinal);
        Assert.InRange(_strict.GetBytes(fitting).Length, 120, 123);
        Assert.DoesNotContain('\uFFFD', TextEncoding.UTF8.GetString(TextEncoding.UTF8.GetBytes(fitting)));
    }

    [Theory]
    [InlineData("\u0001\u0002\u0003", 3)]
    [InlineData("aaaa\u0001a", 6)]
    [InlineData("\uD83D\u0000", 5)]
    public void Fit_ControlCharacters_FitsWithWhatStandsForThem(string text, int most) =>
        Assert.InRange(_strict.GetByteCount(ClientText.Fit(text, most)), 1, most);
}

using Segmentation.Doors.Cvat;

namespace Segmentation.Doors.Tests.Cvat;

public sealed class CvatRefusalTests
{
    /// <summary>Nothing that a client sent may begin a header of its own.</summary>
    [Theory]
    [InlineData("plain words", "plain words")]
    [InlineData("one\r\nX-Two: 2", "one  X-Two: 2")]
    [InlineData("caf\u00e9\u0007", "caf? ")]
    public void Reason_AnyText_IsOneLineOfAscii(string message, string reason) =>
        Assert.Equal(reason, CvatRefusal.Reason(message));

    [Fact]
    public void Reason_LongText_EndsInDots()
    {
        var reason = CvatRefusal.Reason(new string('a', 5000));

        Assert.Equal(300, reason.Length);
        Assert.EndsWith("a...", reason, StringComparison.Ordinal);
    }
}

using System.Text;
using System.Text.Json;
using Grpc.Core;
using Segmentation.Doors.Pictures;

namespace Segmentation.Doors.Tests.Pictures;

public sealed class PictureTextTests
{
    [Theory]
    [InlineData("AQID")]
    [InlineData("AQI=", 1, 2)]
    [InlineData("AQI", 1, 2)]
    [InlineData("AQ==", 1)]
    [InlineData("AQ", 1)]
    [InlineData("  AQID\r\nBAU= \n", 1, 2, 3, 4, 5)]
    [InlineData("data:image/png;base64,AQID")]
    [InlineData("DATA:image/png;charset=x;base64,AQID")]
    public void Decode_Base64_GivesTheBytes(string text, params int[] bytes)
    {
        var expected = bytes.Length == 0 ? [1, 2, 3] : bytes;

        Assert.Equal(expected, PictureText.Decode(Encoding.UTF8.GetBytes(text), "image").Select(value => (int)value));
    }

    [Theory]
    [InlineData("", "Empty")]
    [InlineData("data:image/png;base64,", "Empty")]
    [InlineData("data:image/png,AQID", "';base64,'")]
    [InlineData("AQID*", "wrong at character 5")]
    [InlineData("A", "wrong at character 1")]
    [InlineData("AQID=AQ=", "No base64")]
    public void Decode_NoBase64_SaysWhere(string text, string part)
    {
        var problem = Assert.Throws<RpcException>(() => PictureText.Decode(Encoding.UTF8.GetBytes(text), "task.image"));

        Assert.Equal(StatusCode.InvalidArgument, problem.StatusCode);
        Assert.StartsWith("task.image: ", problem.Status.Detail, StringComparison.Ordinal);
        Assert.Contains(part, problem.Status.Detail, StringComparison.Ordinal);
    }

    /// <summary>JSON may write any character as an escape.</summary>
    [Fact]
    public void Decode_EscapedText_IsUnescaped()
    {
        using var document = JsonDocument.Parse("""{"image": "data:image\/png;base64,AQ\u0049D"}""");

        Assert.Equal([1, 2, 3], PictureText.Decode(document.RootElement.GetProperty("image"), "image"));
    }

    [Fact]
    public void Decode_NoText_SaysWhatIsNeeded()
    {
        using var document = JsonDocument.Parse("7");

        Assert.Throws<RpcException>(() => PictureText.Decode(document.RootElement, "image"));
    }
}

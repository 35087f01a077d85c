using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Segmentation.Cli.Everything;

/// <summary>JSON of results: names in lower case with underscores, as SA-1B and COCO have them.</summary>
[JsonSerializable(typeof(Sa1bFile))]
[JsonSerializable(typeof(ResultOrigin))]
[JsonSerializable(typeof(CocoInfo))]
[JsonSerializable(typeof(CocoLicense))]
[JsonSerializable(typeof(CocoImage))]
[JsonSerializable(typeof(CocoAnnotation))]
[JsonSerializable(typeof(CocoCategory))]
[JsonSerializable(typeof(Sa1bSegmentation))]
[JsonSerializable(typeof(float[][]))]
internal sealed partial class ResultJson : JsonSerializerContext
{
    /// <summary>
    /// Options with an encoder that escapes no more than JSON requires: the default encoder writes many characters of
    /// COCO's strings as six, for the sake of HTML.
    /// </summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static ResultJson Compact { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = Encoder,
    });

    /// <summary>The same in ASCII, for PNG text chunks.</summary>
    public static ResultJson Ascii { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    });
}

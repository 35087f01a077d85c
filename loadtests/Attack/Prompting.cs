using System.Security.Cryptography;
using Google.Protobuf;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests.Attack;

/// <summary>Requests of many prompts.</summary>
internal static class Prompting
{
    /// <summary>All forms of a mask.</summary>
    public static readonly MaskFormat[] AllForms =
        [MaskFormat.Rle, MaskFormat.Png, MaskFormat.Polygon, MaskFormat.Logits];

    /// <summary>The id of a file.</summary>
    public static string IdOf(byte[] file) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(file))}";

    /// <summary>One point a prompt, spread evenly over a picture.</summary>
    public static SegmentRequest Grid(
        string imageId, int prompts, double width, double height, params IEnumerable<MaskFormat> forms) => new()
        {
            ImageId = imageId,
            Prompts =
        {
            Enumerable.Range(1, prompts).Select(n => new Prompt
            {
                Points =
                {
                    new Point { X = (float)(n * 0.618034 % 1 * width), Y = (float)(n * 0.754878 % 1 * height) },
                },
            }),
        },
            Output = new OutputOptions { Formats = { forms }, Refinable = false },
        };

    /// <summary>The body of a call.</summary>
    public static PiecesContent Body(IMessage message) => PiecesContent.OfMessage(message.ToByteArray());
}

using Grpc.Core;
using Segmentation.Fuzz.Engine;
using Segmentation.Fuzz.Gateway;
using Segmentation.Gateway.Rest;

namespace Segmentation.Fuzz.Targets;

/// <summary>The bodies of multipart forms, with "b" for a boundary.</summary>
internal sealed class MultipartTarget : IFuzzTarget
{
    private const string File = "Content-Disposition: form-data; name=\"image\"; filename=\"a.jpg\"\r\n";

    public int MaxLength => 4096;

    public IReadOnlyList<byte[]> Words =>
    [
        .. new[] { "--b\r\n", "\r\n--b--\r\n", "\r\n\r\n", "filename*=UTF-8''%F0%9F", "filename=\"", "name=\"", File, "\r\n--b" }
            .Select(System.Text.Encoding.UTF8.GetBytes),
    ];

    public IEnumerable<byte[]> Seeds =>
    [
        .. new[]
            {
                $"--b\r\n{File}Content-Type: image/jpeg\r\n\r\nabc\r\n--b--\r\n",
                $"preamble\r\n--b\r\n{File}\r\nabc\r\n--b\r\n{File}\r\nabc\r\n--b--\r\n",
                "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nabc\r\n--b--\r\n",
                "--b--\r\n", $"--b\r\n{File}\r\nabc", $"--b\r\n{File}\r\nab\r\n--\r\n--c\r\n--b--",
            }
            .Select(System.Text.Encoding.UTF8.GetBytes),
    ];

    public long AllocationLimit(int length) => (1024 * 1024) + (1000L * length);

    public void Dispose()
    {
        // Holds nothing.
    }

    public void Run(byte[] input) => SingleThread.Run(async () =>
    {
        await using var stream = new PiecewiseStream(input, 0, InputBytes.RandomOf(input));
        var file = new MultipartFile(stream, "b");
        var bytes = 0L;
        try
        {
            while (await file.MoveNext(CancellationToken.None))
            {
                bytes += file.Current.Chunk.Length;
            }
        }
        catch (RpcException exception)
        {
            StatusRules.Check(exception);
        }

        Require.That(bytes <= input.Length);
    });
}

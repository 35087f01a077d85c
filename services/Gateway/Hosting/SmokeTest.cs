using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Segmentation.Masks.Png;
using Segmentation.Protocol.V1;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Hosting;

/// <summary>
/// A gateway started with <c>--smoketest</c> is a client of a running one: uploads a small picture that no server has
/// seen, clicks on it, looks at the mask, deletes the picture, and ends. <c>helm test</c> runs it, since images of
/// containers hold no other client.
/// </summary>
internal static class SmokeTest
{
    private const string Argument = "--smoketest";

    /// <summary>Variable of the environment with the API key or token that is sent; none is sent without it.</summary>
    private const string KeyVariable = "SEGMENTATION_API_KEY";

    private const int Side = 256;

    private const int Radius = 60;

    /// <summary>A cold cluster loads, prepares and decodes; one that needs longer is not in order.</summary>
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(60);

    /// <summary>Tells whether the program was started to test another one and not to serve.</summary>
    /// <param name="args">The program's arguments.</param>
    public static bool IsAsked(string[] args) => args.Contains(Argument);

    /// <summary>
    /// Tests the gateway at <c>Segmentation:Endpoints:Address</c> and <c>GrpcPort</c>, which default to loopback and
    /// 7080, and writes a line for each step. The API key comes from <c>SEGMENTATION_API_KEY</c>. With
    /// <c>Segmentation:Endpoints:Tls:CertificateFile</c> the connection is encrypted, and the gateway must have that
    /// certificate: it is reached by its address, which no certificate names.
    /// </summary>
    /// <param name="args">The program's arguments; they go before the environment.</param>
    /// <param name="output">Takes the lines.</param>
    /// <returns>The exit code: 0, or 1 when a step failed; its line says which and why.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        var settings = new ConfigurationBuilder().AddEnvironmentVariables()
            .AddCommandLine([.. args.Where(argument => argument != Argument)]).Build();
        var address = settings[$"{EndpointOptions.Section}:Address"] ?? IPAddress.Loopback.ToString();
        var port = settings[$"{EndpointOptions.Section}:GrpcPort"] ?? "7080";
        if (!IPAddress.TryParse(address, out var ip) || !ushort.TryParse(port, CultureInfo.InvariantCulture, out var number))
        {
            await output.WriteLineAsync(
                $"{EndpointOptions.Section}:Address is '{address}' and GrpcPort '{port}'; give an IP address and a port.");
            return 1;
        }

        // A proxy that the environment names is for the world outside.
        using var handler = new SocketsHttpHandler { UseProxy = false };
        var file = settings[$"{EndpointOptions.Section}:Tls:CertificateFile"];
        if (file is not null && !await TryTrustAsync(file, handler, output))
        {
            return 1;
        }

        var key = settings[KeyVariable]?.Trim() ?? "";
        if (key.Any(letter => letter is < '!' or > '~'))
        {
            await output.WriteLineAsync(
                $"{KeyVariable} is no API key and no token: it has a space or a letter beyond ASCII.");
            return 1;
        }

        using var channel = GrpcChannel.ForAddress(
            $"{(file is null ? "http" : "https")}://{new IPEndPoint(ip, number)}",
            new GrpcChannelOptions { HttpHandler = handler });
        return await RunAsync(channel, key.Length > 0 ? new() { { "authorization", $"Bearer {key}" } } : [], output);
    }

    private static async Task<bool> TryTrustAsync(string file, SocketsHttpHandler handler, TextWriter output)
    {
        try
        {
            using var expected = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(file));
            var hash = expected.GetCertHash(HashAlgorithmName.SHA256);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate?.GetCertHash(HashAlgorithmName.SHA256).AsSpan().SequenceEqual(hash) == true;
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            await output.WriteLineAsync(
                $"{EndpointOptions.Section}:Tls:CertificateFile '{file}' cannot be used: {error.Message}");
            return false;
        }
    }

    private static async Task<int> RunAsync(GrpcChannel channel, Metadata headers, TextWriter output)
    {
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime + _timeout;
        var images = new ImageService.ImageServiceClient(channel);
        var segmentation = new SegmentationService.SegmentationServiceClient(channel);
        var step = "upload";
        try
        {
            using var upload = images.UploadImage(headers, deadline);
            try
            {
                await upload.RequestStream.WriteAsync(new() { Chunk = UnsafeByteOperations.UnsafeWrap(Picture()) });
                await upload.RequestStream.CompleteAsync();
            }
            catch (Exception error) when (
                error is RpcException or InvalidOperationException or IOException or HttpRequestException)
            {
                // The gateway answered before it had the picture, or ended the connection. The answer follows.
            }

            var image = await upload;
            await output.WriteLineAsync($"upload: {image.Id}, {image.Width} x {image.Height} pixels");

            step = "click";
            var click = new Prompt { Points = { new Point { X = Side / 2f, Y = Side / 2f, Label = PointLabel.Foreground } } };
            var answer = await segmentation.SegmentAsync(
                new SegmentRequest { ImageId = image.Id, Prompts = { click } }, headers, deadline);
            var mask = answer.Results[0].Masks[0];
            await output.WriteLineAsync($"click: {mask.Area} pixels, predicted IoU {mask.PredictedIou:0.000}");

            step = "delete";
            await images.DeleteImageAsync(new DeleteImageRequest { Id = image.Id }, headers, deadline);
            return await JudgeAsync(mask.Area, output);
        }
        catch (RpcException refused)
        {
            await output.WriteLineAsync($"{step} failed: {refused.StatusCode}: {refused.Status.Detail}");
            return 1;
        }
    }

    private static async Task<int> JudgeAsync(ulong area, TextWriter output)
    {
        const double Disc = Math.PI * Radius * Radius;
        if (area is > (ulong)(0.8 * Disc) and < (ulong)(1.2 * Disc))
        {
            await output.WriteLineAsync("A picture was uploaded and a click on it gave its mask.");
            return 0;
        }

        await output.WriteLineAsync(
            $"The mask is wrong: the disc that was clicked on has {Disc:0} pixels. See which model the encoders and silos serve.");
        return 1;
    }

    /// <summary>
    /// A bright disc on a dark ground, as a PNG file; the colours are random, so that no server holds it.
    /// </summary>
    private static byte[] Picture()
    {
        Span<byte> random = stackalloc byte[6];
        RandomNumberGenerator.Fill(random);
        var pixels = new byte[Side * Side * 3];
        for (var at = 0; at < Side * Side; at++)
        {
            var (x, y) = (at % Side - Side / 2, at / Side - Side / 2);
            var isDisc = x * x + y * y <= Radius * Radius;
            for (var channel = 0; channel < 3; channel++)
            {
                pixels[at * 3 + channel] = (byte)(isDisc ? 200 + random[channel] % 56 : random[3 + channel] % 56);
            }
        }

        return PngWriter.Rgb(Side, Side, pixels);
    }
}

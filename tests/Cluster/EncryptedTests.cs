using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>Everything between real processes is encrypted: what works, and what is refused.</summary>
public sealed class EncryptedTests(EncryptedCluster cluster) : IClassFixture<EncryptedCluster>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task Cluster_Encrypted_UploadsAndClicksAndSilosKnowEachOther()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        var processes = cluster.Processes;

        Assert.NotEmpty(await LiveSession.RecordAsync(processes.Channel, Cancel));

        var (code, report) = await processes.Gateway.HealthAsync(Cancel);
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Contains("\"status\":\"Healthy\",\"checks\"", report, StringComparison.Ordinal);
        Assert.Contains("2 silos.", report, StringComparison.Ordinal);
    }

    [Fact(Timeout = 600_000)]
    public async Task Gateway_WithoutTls_RefusesInWords()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        var port = new Uri($"https://{cluster.Processes.Channel.Target}").Port;

        Assert.Contains("use https", await PlainAsync(port), StringComparison.Ordinal);
        Assert.Contains("use https", await PlainAsync(cluster.Processes.Gateway.Address.Port), StringComparison.Ordinal);
    }

    [Fact(Timeout = 600_000)]
    public async Task Encoder_WithoutTls_RefusesInWords()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        Assert.Contains("use https", await PlainAsync(cluster.Processes.EncoderPorts[0]), StringComparison.Ordinal);
    }

    [Theory(Timeout = 600_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Member_ACertificateOfAForeignAuthority_IsRefusedAndTheLogSaysWhy(bool isSilo)
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        var (port, member) = isSilo
            ? (cluster.Processes.SiloPorts[0], cluster.Processes.Silos[0])
            : (cluster.Processes.EncoderPorts[0], cluster.Processes.Encoders[0]);
        var files = cluster.Encryption.Files;
        using var foreign = files.Client(Encryption.ClusterName, files.Foreign);

        // The log says it once in ten seconds, and may just have said it of another.
        await Patience.UntilAsync(
            async _ =>
            {
                Assert.False(await IsLetInAsync(port, foreign));
                return member.Output.Contains(
                    "Refused a connection within the cluster: The certificate CN=segmentation is not believed",
                    StringComparison.Ordinal);
            },
            () => member.Output,
            Cancel);
    }

    [Fact(Timeout = 600_000)]
    public async Task Encoder_OnlyACertificateOfTheCluster_IsLetIn()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        var port = cluster.Processes.EncoderPorts[0];
        using var member = cluster.Encryption.Files.Client(Encryption.ClusterName, cluster.Encryption.Members);
        using var other = cluster.Encryption.Files.Client("another-cluster", cluster.Encryption.Members);

        Assert.True(await IsLetInAsync(port, member));
        Assert.False(await IsLetInAsync(port, other));
        Assert.False(await IsLetInAsync(port, null));
    }

    [Fact(Timeout = 600_000)]
    public async Task Certificates_OfANewAuthority_AreTakenUpWithoutARestart()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        var (processes, files, roots) = (cluster.Processes, cluster.Encryption.Files, cluster.Encryption.MembersFile);
        var next = new TestAuthority("the next authority");

        // As an operator does it: both authorities are believed, then certificates change, then only the new is believed.
        await File.WriteAllTextAsync(
            roots, cluster.Encryption.Members.Root.ExportCertificatePem() + "\n" + next.Root.ExportCertificatePem(), Cancel);
        foreach (var process in processes.Services)
        {
            await SaysAsync(process, $"Read '{roots}' again: 2 authorities.");
        }

        next.Write(files.Certificate, files.Key, Encryption.ClusterName);
        foreach (var port in new[] { processes.EncoderPorts[0], processes.SiloPorts[0], processes.SiloPorts[1] })
        {
            var issuer = "";
            await Patience.UntilAsync(
                async _ => (issuer = await IssuerAsync(port)) == next.Root.Subject, () => issuer, Cancel);
        }

        next.WriteRoot(roots);
        cluster.Encryption.Members = next;
        foreach (var process in processes.Services)
        {
            await SaysAsync(process, $"Read '{roots}' again: 1 authorities.");
        }

        // The encoder comes back, so its connections are new; and a picture that it has not seen is encoded.
        var gateway = processes.Gateway.Id;
        await processes.Encoders[0].KillAsync();
        await processes.Encoders[0].StartAsync(Cancel);
        var images = new ImageService.ImageServiceClient(processes.Channel);
        using var upload = images.UploadImage(cancellationToken: Cancel);
        await upload.RequestStream.WriteAsync(new() { Chunk = Photograph.Copy() }, Cancel);
        await upload.RequestStream.CompleteAsync();
        Assert.NotEmpty((await upload).Id);
        Assert.Equal(gateway, processes.Gateway.Id);
    }

    [Fact(Timeout = 600_000)]
    public async Task Password_Wrong_IsNamedAndTheRightOneIsTakenUpWithoutARestart()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        var password = cluster.Encryption.Files.Path("wrong-password");
        await File.WriteAllTextAsync(password, "guessed\n", Cancel);
        var http = Repository.FreePort();
        await using var silo = new ServiceProcess(
            "Decoder",
            http,
            [
                .. cluster.Encryption.Inside.Where(option => !option.StartsWith("Redis:PasswordFile", StringComparison.Ordinal)),
                $"Redis:PasswordFile={password}",
                $"Redis:Cluster={cluster.Processes.Members.ConnectionString}",
                $"Redis:Cache={cluster.Processes.Cache.ConnectionString}",
                "Silo:AdvertisedAddress=127.0.0.1",
                $"Silo:SiloPort={Repository.FreePort()}",
                $"Silo:GatewayPort={Repository.FreePort()}",
                $"Silo:HttpPort={http}",
            ]);
        var started = silo.StartAsync(Cancel);
        await SaysAsync(silo, "WRONGPASS");

        await File.WriteAllTextAsync(password, cluster.Encryption.Password, Cancel);

        await started;
        Assert.Equal(HttpStatusCode.OK, (await silo.HealthAsync(Cancel)).Code);
        await silo.TerminateAsync(Cancel);
    }

    /// <summary>The answer to a request without TLS.</summary>
    private static async Task<string> PlainAsync(int port)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri($"http://{IPAddress.Loopback}:{port}/"), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    /// <summary>
    /// Tells whether a connection stays open after its handshake: certificates of clients are looked at last. A server of
    /// HTTP/2 answers the beginning of a connection with its settings.
    /// </summary>
    private async Task<bool> IsLetInAsync(int port, X509Certificate2? certificate)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancel);
        await using var stream = new SslStream(socket.GetStream());
        try
        {
            await stream.AuthenticateAsClientAsync(Options(port, certificate), Cancel);

            await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray(), Cancel);
            return await stream.ReadAsync(new byte[1], Cancel) > 0;
        }
        catch (Exception error) when (error is AuthenticationException or IOException)
        {
            return false;
        }
    }

    /// <summary>The authority that signed the certificate which new connections get; null when there is none.</summary>
    private async Task<string?> IssuerAsync(int port)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancel);
        await using var stream = new SslStream(socket.GetStream());
        string? issuer = null;
        var options = Options(port, null);
        options.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            issuer = certificate!.Issuer;
            return false;
        };
        await Assert.ThrowsAsync<AuthenticationException>(() => stream.AuthenticateAsClientAsync(options, Cancel));
        return issuer;
    }

    private SslClientAuthenticationOptions Options(int port, X509Certificate2? certificate) => new()
    {
        TargetHost = Encryption.ClusterName,

        // Silos negotiate a protocol of Orleans' own, encoders HTTP/2.
        ApplicationProtocols = cluster.Processes.EncoderPorts.Contains(port) ? [SslApplicationProtocol.Http2] : null,
        LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,

        // This side is the stranger here: whom it talks to is not in question.
        RemoteCertificateValidationCallback = (_, server, _, _) => server is not null,
    };

    private static Task SaysAsync(ServiceProcess process, string text) => Patience.UntilAsync(
        _ => Task.FromResult(process.Output.Contains(text, StringComparison.Ordinal)), () => process.Output, Cancel);
}

using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Segmentation.Embeddings;
using Segmentation.Fuzz.Engine;
using Segmentation.Gateway.Hosting;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Web;
using Segmentation.Grains;
using Segmentation.Models;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Fuzz.Gateway;

/// <summary>The whole gateway on Kestrel, without sockets; what stands behind it are fakes.</summary>
internal sealed class GatewayServer : IDisposable
{
    /// <summary>The port of HTTP/2.</summary>
    public const int Http2 = 0;

    /// <summary>The port of HTTP/1.1.</summary>
    public const int Http1 = 1;

    /// <summary>
    /// Bytes that a request may take: searches for everything make a thousand pictures one after the other.
    /// </summary>
    public const long MostAllocated = 1024L * 1024 * 1024;

    // Of a request that the client did not end: its answer, if there is one, comes at once.
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(10);

    // Small enough to be reached by a few messages.
    private static readonly (string Limit, string Value)[] _limits =
        [("MaxQueued", "3"), ("MaxInFlight", "2"), ("MaxSuperseded", "4"), ("MaxRemembered", "8")];

    private readonly WebApplication _app;
    private readonly PipeTransport _transport = new();
    private readonly LogWatch _logs = new();
    private readonly AnyStore _store = new();
    private readonly FakeGrain _grain = new()
    {
        BeforeSearch = (_, request, _) => Task.FromResult<PointsReply?>(AnyFinds.Of(request)),
    };

    /// <summary>Starts the gateway.</summary>
    public GatewayServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Segmentation:Endpoints:GrpcPort"] = "0";
        builder.Configuration["Segmentation:Endpoints:HttpPort"] = "0";
        foreach (var (limit, value) in _limits)
        {
            builder.Configuration[$"Segmentation:Sessions:{limit}"] = value;
        }

        builder.AddQuietLogs();
        builder.Logging.ClearProviders().AddProvider(_logs);
        builder.Services
            .AddSingleton<IConnectionListenerFactory>(_transport)
            .AddSingleton<IEmbeddingStore>(_store)
            .AddSingleton<IImageEncoder>(new AnyEncoder(_store))
            .AddSingleton(new ServedModels(ModelCatalog.Default.Open()))
            .AddSingleton(new StudioFolder("none"))
            .AddSingleton(FakeGrainFactory.Create(_grain));
        _app = builder.AddGateway().Build().MapGateway();
        _app.StartAsync().GetAwaiter().GetResult();
    }

    /// <summary>The gateway's parts.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Sends bytes over a connection of their own.</summary>
    /// <param name="port"><see cref="Http2"/> or <see cref="Http1"/>.</param>
    /// <param name="bytes">What the client sends before it ends its side.</param>
    /// <returns>What the server sent until it ended the connection.</returns>
    /// <exception cref="BrokenRuleException">Something was logged that no stranger may cause.</exception>
    public byte[] Send(int port, byte[] bytes)
    {
        var sent = SendAsync(port, bytes).GetAwaiter().GetResult();
        Forget();
        return _logs.Lines.IsEmpty ? sent : throw new BrokenRuleException($"Logged {Taken(_logs)}");
    }

    /// <summary>Forgets what inputs have left in the fakes.</summary>
    public void Forget()
    {
        _store.Clear();
        _grain.LoseLogits();
        _grain.Requests.Clear();
        _grain.Searches.Clear();
        _grain.LeftSearches.Clear();
        _grain.Forgotten.Clear();
        _grain.Prepared.Clear();
        _grain.Adopted.Clear();
    }

    public void Dispose() => ((IDisposable)_app).Dispose();

    private static string Taken(LogWatch logs)
    {
        var text = new StringBuilder();
        while (logs.Lines.TryDequeue(out var line))
        {
            text.AppendLine(line);
        }

        return text.ToString();
    }

    private async Task<byte[]> SendAsync(int port, byte[] bytes)
    {
        var connection = new PipeConnection();
        await connection.Client.WriteAsync(bytes);
        _transport.Connect(port, connection);
        var reading = ReadAsync(connection);

        // A client that ends its side is gone: not before its requests are answered, as far as they are whole.
        await Task.WhenAny(reading, port == Http2 ? Task.Delay(_patience) : connection.ServerWaits);

        await connection.Client.CompleteAsync();
        if (await Task.WhenAny(reading, Task.Delay(_longest)) != reading)
        {
            throw new BrokenRuleException("The connection is not ended.");
        }

        connection.Leave();
        await connection.Disposed.WaitAsync(_longest);
        return await reading;
    }

    private static async Task<byte[]> ReadAsync(PipeConnection connection)
    {
        var received = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await connection.Server.ReadAsync();
            foreach (var segment in read.Buffer)
            {
                received.Write(segment.Span);
            }

            connection.Server.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return received.WrittenSpan.ToArray();
            }
        }
    }
}

using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Segmentation.Decoder.Hosting;
using Segmentation.Embeddings.Hosting;
using Segmentation.Encoder.Hosting;
using Segmentation.Gateway.Encoding;
using Segmentation.Gateway.Hosting;
using Segmentation.Gateway.Projects;
using Segmentation.Projects.Hosting;
using Segmentation.ServiceDefaults;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Standalone.Tests.Metrics;

/// <summary>
/// The programs as their Program.cs composes them, made and not started, and the instruments they have.
/// </summary>
internal static class Composition
{
    /// <summary>Nobody listens there; nothing is connected before it is started.</summary>
    private const string Nowhere = "127.0.0.1:1";

    /// <summary>All instruments of Standalone, of a gateway process and of an encoder process, by name.</summary>
    public static async Task<IReadOnlyCollection<RealInstrument>> InstrumentsAsync()
    {
        var heard = new Dictionary<string, RealInstrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                lock (heard)
                {
                    heard[instrument.Name] = RealInstrument.Of(instrument);
                }
            },
        };
        listener.Start();
        foreach (var compose in new[] { Standalone, Gateway, Encoder })
        {
            await using var app = compose();
            _ = app.Services.GetServices<IHostedService>().ToList();
        }

        lock (heard)
        {
            return [.. heard.Values];
        }
    }

    /// <summary>All tiers in one process.</summary>
    public static WebApplication Standalone()
    {
        var builder = Builder();
        builder.AddGateway();
        var models = ConfiguredModels.Open(builder.Configuration);
        builder.Services.AddSingleton(models).AddSingleton(models.Default);
        builder.Services.AddEmbeddings(builder.Configuration);
        builder.Services.AddEncoder(models);
        builder.Host.UseOrleans(silo => silo.UseLocalhostClustering().AddDecoder(models).AddProjectGrains());
        builder.AddProjectsBeside();
        return builder.Build().MapGateway().MapOwnProjects(app => app.MapProjects());
    }

    /// <summary>A gateway process.</summary>
    public static WebApplication Gateway()
    {
        var builder = Builder();
        builder.Configuration["Segmentation:Redis:Cluster"] = Nowhere;
        builder.Configuration["Segmentation:Redis:Cache"] = Nowhere;
        builder.AddGateway().AddClusterClient();
        builder.Services.AddSingleton(ConfiguredModels.Open(builder.Configuration));
        builder.Services.AddGrpcImageEncoder();
        builder.Services.AddEmbeddings(builder.Configuration).AddForwardedProjects();
        return builder.Build().MapGateway().MapForwardedProjects();
    }

    private static WebApplication Encoder()
    {
        var builder = Builder();
        builder.Services.AddEmbeddings(builder.Configuration);
        builder.AddEncoderHost(ConfiguredModels.Open(builder.Configuration));
        return builder.Build().MapEncoder();
    }

    private static WebApplicationBuilder Builder()
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults("test-service");
        return builder;
    }
}

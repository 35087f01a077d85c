using Microsoft.Extensions.DependencyInjection.Extensions;
using Segmentation.Common.Configuration;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Transfers.Backups;
using Segmentation.Projects.Transfers.Exports;
using Segmentation.Projects.Transfers.Imports;
using Segmentation.Projects.Transfers.Uploads;
using Segmentation.Projects.Transfers.Work;

namespace Segmentation.Projects.Transfers;

/// <summary>Adds imports, exports and backups to a host.</summary>
internal static class TransfersServices
{
    /// <summary>Adds the services, and the work in the background.</summary>
    public static IServiceCollection AddTransfers(this IServiceCollection services)
    {
        services.AddSection<TransferOptions, TransferOptionsValidator>(TransferOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton<TransferQueue>()
            .AddSingleton<TransferRecord>()
            .AddSingleton<ResultStore>()
            .AddSingleton<UploadStore>()
            .AddSingleton<UploadRoutes>()
            .AddSingleton<Downloads>()
            .AddSingleton<IExpiring>(provider => provider.GetRequiredService<UploadStore>())
            .AddSingleton<IExpiring, StaleFiles>()
            .AddSingleton<ExportReader>()
            .AddSingleton<ExportFiles>()
            .AddSingleton<ImportPictures>()
            .AddSingleton<ImportLabels>()
            .AddSingleton<ImportMasks>()
            .AddSingleton<RestoreFiles>()
            .AddSingleton<RestoredProject>()
            .AddSingleton<ITransferWork, ExportWork>()
            .AddSingleton<ITransferWork, ImportWork>()
            .AddSingleton<ITransferWork, BackupWork>()
            .AddSingleton<ITransferWork, RestoreWork>()
            .AddHostedService<TransferWorker>()
            .AddSingleton<TransferSweeper>()
            .AddHostedService(provider => provider.GetRequiredService<TransferSweeper>())
            .AddProjectsRpc<TransferEndpoint>();
    }

    /// <summary>Maps gRPC services and routes.</summary>
    public static void MapTransfers(this IEndpointRouteBuilder app)
    {
        app.MapGrpcService<TransferEndpoint>();
        UploadRoutes.Map(app);
        Downloads.Map(app);
    }
}

using Segmentation.Decoder;
using Segmentation.Embeddings;
using Segmentation.Encoder;
using Segmentation.Gateway.Hosting;
using Segmentation.ServiceDefaults;
using Segmentation.Standalone;

return await GatewayRun.RunAsync(Build, StartupFailures.Explain);

WebApplication Build()
{
    // Settings lie beside the program, wherever it is started: the current folder is watched recursively otherwise.
    var builder = WebApplication.CreateBuilder(
        new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddQuietLogs();
    builder.AddServiceDefaults("segmentation-standalone");
    builder.AddGateway();
    var model = ModelChoice.Open(builder.Configuration);
    builder.Services.AddInMemoryEmbeddings();
    builder.Services.AddEncoder(model);
    builder.Host.UseOrleans(silo => silo.UseOwnSilo().AddActivityPropagation().AddDecoder(model));
    return builder.Build().MapGateway();
}

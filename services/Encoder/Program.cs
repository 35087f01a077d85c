using Segmentation.Embeddings.Hosting;
using Segmentation.Encoder.Hosting;
using Segmentation.Encoder.Parity;
using Segmentation.Models;
using Segmentation.Sam.Runtime;
using Segmentation.ServiceDefaults;
using Segmentation.ServiceDefaults.Hosting;

return HealthProbe.IsAsked(args)
    ? await HealthProbe.RunAsync(args, EndpointOptions.Section, EncoderHost.HttpPort)
    : await HostRun.RunAsync(
        Build,
        typeof(ModelException),
        typeof(RuntimeUnavailableException),
        typeof(ParityException),
        typeof(InvalidDataException));

WebApplication Build()
{
    var builder = WebApplication.CreateBuilder(
        new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddQuietLogs();
    builder.AddServiceDefaults("segmentation-encoder");
    builder.Services.AddEmbeddings(builder.Configuration);
    builder.AddEncoderHost(ConfiguredModels.Open(builder.Configuration));
    return builder.Build().MapEncoder();
}

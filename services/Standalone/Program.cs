using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Hosting;
using Segmentation.Embeddings.Hosting;
using Segmentation.Encoder.Hosting;
using Segmentation.Gateway.Hosting;
using Segmentation.Gateway.Projects;
using Segmentation.Models;
using Segmentation.Projects.Hosting;
using Segmentation.Sam.Runtime;
using Segmentation.ServiceDefaults;
using Segmentation.ServiceDefaults.Hosting;
using Segmentation.Standalone;

return HealthProbe.IsAsked(args)
    ? await HealthProbe.RunAsync(args, EndpointOptions.Section, GatewayServices.HttpPort)
    : FirstKey.IsAsked(args) ? await FirstKey.RunAsync(args, Console.Out)
    : await HostRun.RunAsync(
        Build,
        typeof(ModelException),
        typeof(RuntimeUnavailableException),
        typeof(InvalidDataException));

WebApplication Build()
{
    // Settings lie beside the program, wherever it is started: the current folder is watched recursively otherwise.
    var builder = WebApplication.CreateBuilder(
        new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddQuietLogs(OwnSilo.QuietLogs);
    builder.AddServiceDefaults("segmentation-standalone");
    builder.AddGateway();
    var models = ConfiguredModels.Open(builder.Configuration);
    builder.Services.AddSingleton(models).AddSingleton(models.Default).AddModelNotices(models);
    builder.Services.AddEmbeddings(builder.Configuration);
    builder.Services.AddEncoder(models);
    // A single process has few users, who click often on the same few images. Settings are applied after this.
    builder.Services.Configure<DecoderOptions>(options => options.PrepareFeatures = true);
    builder.Host.UseOrleans(silo => silo.UseOwnSilo().AddActivityPropagation().AddDecoder(models).AddProjectGrains());
    builder.AddOwnProjects();
    return builder.Build().MapGateway().MapOwnProjects(app => app.MapProjects());
}
